import Alert from "@cloudscape-design/components/alert";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { describe } from "../api/problems";
import { trends } from "../api/trends";
import type { TrendMonitorKind } from "../api/types";
import { useI18n } from "../i18n/context";
import { Question } from "../parts/Question";
import { isWhole } from "../parts/figures";
import { seriesName } from "./names";

const KINDS: TrendMonitorKind[] = ["count_above", "count_below", "unusual", "forecast_above"];

// As the service takes them, both ends included.
const LIMITS = { window: [1, 168], ahead: [1, 48], sustain: [1, 24], coolDown: [5, 10_080] } as const;

/** Asks what to watch of a series, and from which level on. */
export function NewMonitor({ series, close, made }: { series: string; close: () => void; made: () => void }) {
  const { m, language } = useI18n();
  const w = m.trends;
  const [name, setName] = useState("");
  const [kind, setKind] = useState<TrendMonitorKind>("count_above");
  const [threshold, setThreshold] = useState("");
  const [windowH, setWindowH] = useState("1");
  const [sustain, setSustain] = useState("2");
  const [coolDown, setCoolDown] = useState("60");
  const [email, setEmail] = useState(true);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const level = Number(threshold);
  const wrong = threshold !== "" && !(Number.isFinite(level) && level >= 0);
  // A forecast reaches two days.
  const window = kind === "forecast_above" ? LIMITS.ahead : LIMITS.window;
  const whole: [string, readonly [number, number]][] = [
    [windowH, window],
    [sustain, LIMITS.sustain],
    [coolDown, LIMITS.coolDown],
  ];
  const ready = name.trim() !== "" && threshold !== "" && !wrong && whole.every(([value, limit]) => isWhole(value, limit));

  async function answer() {
    setBusy(true);
    setRefusal(null);
    try {
      await trends.watch(series, {
        name: name.trim(),
        kind,
        threshold: level,
        window_h: Number(windowH),
        sustain: Number(sustain),
        cool_down_m: Number(coolDown),
        email,
        language,
      });
      made();
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  }

  const number = (value: string, set: (value: string) => void) => (
    <Input type="number" inputMode="decimal" value={value} onChange={({ detail }) => set(detail.value)} />
  );
  const objection = (value: string, limit: readonly [number, number]) =>
    isWhole(value, limit) ? undefined : `${w.wrongWhole} ${limit.join(" – ")}`;
  return (
    <Question
      visible
      title={`${w.newMonitor}: ${seriesName(series, m)}`}
      close={close}
      label={w.newMonitor}
      busy={busy}
      ready={ready}
      answer={() => void answer()}
    >
      <SpaceBetween size="m">
        {refusal !== null && (
          <div role="alert">
            <Alert type="error">{describe(refusal, m)}</Alert>
          </div>
        )}
        <FormField label={w.name}>
          <Input value={name} onChange={({ detail }) => setName(detail.value)} />
        </FormField>
        <FormField label={w.rule}>
          <Select
            selectedOption={{ value: kind, label: w.kinds[kind] }}
            options={KINDS.map((value) => ({ value, label: w.kinds[value] }))}
            onChange={({ detail }) => setKind(detail.selectedOption.value as TrendMonitorKind)}
          />
        </FormField>
        <FormField
          label={w.threshold}
          description={w.thresholdOf[kind]}
          errorText={wrong ? w.wrongThreshold : undefined}
        >
          {number(threshold, setThreshold)}
        </FormField>
        {kind !== "unusual" && (
          <FormField label={w.window} errorText={objection(windowH, window)}>
            {number(windowH, setWindowH)}
          </FormField>
        )}
        <FormField label={w.sustain} description={w.sustainAbout} errorText={objection(sustain, LIMITS.sustain)}>
          {number(sustain, setSustain)}
        </FormField>
        <FormField label={w.coolDown} errorText={objection(coolDown, LIMITS.coolDown)}>
          {number(coolDown, setCoolDown)}
        </FormField>
        <Checkbox checked={email} onChange={({ detail }) => setEmail(detail.checked)}>
          {w.byEmail}
        </Checkbox>
      </SpaceBetween>
    </Question>
  );
}
