import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { cases } from "../api/cases";
import type { CaseDetail, CaseOutcome, DecisionCode } from "../api/types";
import { useI18n } from "../i18n/context";
import { Refusal } from "./Refusal";
import { useAct } from "./useAct";

const OUTCOMES: CaseOutcome[] = ["fraud", "legitimate", "inconclusive"];
const CODES: DecisionCode[] = [
  "customer_confirmed",
  "customer_denied",
  "known_pattern",
  "usual_behaviour",
  "stolen_credentials",
  "no_contact",
  "other",
];
const LONGEST = 2000;
const LEAST_REASON = 20;

/** Decide on a case; says beforehand when a second person will have to agree, and why. */
export function Decide({ detail, changed }: { detail: CaseDetail; changed: () => void }) {
  const { m } = useI18n();
  const [outcome, setOutcome] = useState<CaseOutcome | null>(null);
  const [code, setCode] = useState<DecisionCode | null>(null);
  const [text, setText] = useState("");
  const { busy, refusal, act } = useAct(changed);
  const second = outcome ? (detail.second_for[outcome] ?? []) : [];
  const long = text.trim().length >= LEAST_REASON;
  const ready = outcome !== null && code !== null && (long || second.length === 0);
  const codes = CODES.map((value) => ({ value, label: m.cases.codes[value] }));
  return (
    <SpaceBetween size="m">
      <FormField label={m.cases.outcome} stretch>
        <RadioGroup
          value={outcome}
          items={OUTCOMES.map((value) => ({
            value,
            label: m.cases.outcomes[value],
            description: value === detail.recommendation ? m.cases.recommends : undefined,
          }))}
          onChange={({ detail: chosen }) => setOutcome(chosen.value as CaseOutcome)}
        />
      </FormField>
      <div role="status" aria-live="polite">
        {second.length > 0 && (
          <Alert type="warning" header={m.cases.needsSecond}>
            {second.map((reason) => m.cases.second[reason]).join(" ")}
          </Alert>
        )}
      </div>
      <FormField label={m.cases.code} stretch>
        <Select
          selectedOption={codes.find(({ value }) => value === code) ?? null}
          options={codes}
          placeholder={m.cases.choose}
          onChange={({ detail: chosen }) => setCode(chosen.selectedOption.value as DecisionCode)}
        />
      </FormField>
      <FormField
        label={m.cases.explanation}
        constraintText={second.length > 0 ? m.cases.explanationRule : undefined}
        stretch
      >
        <Textarea value={text} rows={3} onChange={({ detail: typed }) => setText(typed.value.slice(0, LONGEST))} />
      </FormField>
      <Refusal error={refusal} />
      <Button
        variant="primary"
        disabled={!ready}
        loading={busy !== ""}
        onClick={() =>
          void act("decide", () =>
            cases.decide(detail.case.case_id, {
              outcome,
              reason_code: code,
              text: text.trim(),
              version: detail.case.version,
            }),
          )
        }
      >
        {second.length > 0 ? m.cases.propose : m.cases.decide}
      </Button>
    </SpaceBetween>
  );
}

/** A second person's word on a decision that waits for one. */
export function Second({
  detail,
  username,
  changed,
}: {
  detail: CaseDetail;
  username: string;
  changed: () => void;
}) {
  const { m, moment } = useI18n();
  const [text, setText] = useState("");
  const { busy, refusal, act } = useAct(changed);
  const { case: of } = detail;
  const { decision } = of;
  if (!decision) return null;
  const say = (confirm: boolean) =>
    void act(String(confirm), () =>
      cases.decide(of.case_id, { confirm, text: text.trim(), version: of.version }),
    );
  return (
    <SpaceBetween size="m">
      <div>
        <Box variant="h3">
          {m.cases.outcomes[decision.outcome]} · {m.cases.codes[decision.reason_code]}
        </Box>
        <Box variant="small" color="text-body-secondary">
          {m.cases.by} {decision.by} · {moment(decision.at)}
        </Box>
        <div className="wrap said">{decision.text}</div>
      </div>
      <Alert type="warning" header={m.cases.needsSecond}>
        {decision.second.map((reason) => m.cases.second[reason]).join(" ")}
      </Alert>
      {decision.by === username ? (
        <Box color="text-body-secondary">{m.cases.ownDecision}</Box>
      ) : (
        <>
          <FormField label={m.cases.sendBackWhy} stretch>
            <Textarea value={text} rows={2} onChange={({ detail: typed }) => setText(typed.value.slice(0, LONGEST))} />
          </FormField>
          <Refusal error={refusal} />
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="primary" loading={busy === "true"} onClick={() => say(true)}>
              {m.cases.confirm}
            </Button>
            <Button disabled={text.trim() === ""} loading={busy === "false"} onClick={() => say(false)}>
              {m.cases.sendBack}
            </Button>
          </SpaceBetween>
        </>
      )}
    </SpaceBetween>
  );
}
