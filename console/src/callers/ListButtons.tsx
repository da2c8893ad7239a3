import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { callers } from "../api/callers";
import type { CallerProfile, ListName } from "../api/types";
import { useI18n } from "../i18n/context";
import { Question } from "../parts/Question";
import { isWhole } from "../parts/figures";

const DAYS = [1, 365] as const;

/** Put the number on a list until a day, or take it off. */
export function ListButtons({
  of,
  changed,
  onError,
}: {
  of: CallerProfile;
  changed: () => void;
  onError: (error: unknown) => void;
}) {
  const { m } = useI18n();
  const [asking, setAsking] = useState<ListName | null>(null);
  const [days, setDays] = useState("90");
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);

  async function run(work: Promise<unknown>) {
    setBusy(true);
    try {
      await work;
      changed();
    } catch (error) {
      onError(error);
    }
    setBusy(false);
    setAsking(null);
  }

  const right = isWhole(days, DAYS);
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {(["block", "allow"] as const).map((list) =>
        of[list] ? (
          <Button key={list} disabled={busy} onClick={() => void run(callers.remove(of.caller, list))}>
            {`${m.callers.remove}: ${m.callers[list]}`}
          </Button>
        ) : (
          <Button key={list} disabled={busy} onClick={() => setAsking(list)}>
            {list === "block" ? m.callers.putOnBlock : m.callers.putOnAllow}
          </Button>
        ),
      )}
      <Question
        visible={asking !== null}
        title={asking === "allow" ? m.callers.putOnAllow : m.callers.putOnBlock}
        close={() => setAsking(null)}
        label={m.save}
        busy={busy}
        ready={right}
        answer={() => asking && void run(callers.put(of.caller, asking, Number(days), reason.trim()))}
      >
        <SpaceBetween size="s">
          <FormField label={m.callers.days} errorText={right ? undefined : m.callers.daysHint}>
            <Input type="number" inputMode="numeric" value={days} onChange={({ detail }) => setDays(detail.value)} />
          </FormField>
          <FormField label={m.callers.reason} stretch>
            <Input value={reason} onChange={({ detail }) => setReason(detail.value.slice(0, 200))} />
          </FormField>
        </SpaceBetween>
      </Question>
    </SpaceBetween>
  );
}
