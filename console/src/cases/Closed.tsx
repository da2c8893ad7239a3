import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { cases } from "../api/cases";
import type { Case } from "../api/types";
import { useI18n } from "../i18n/context";
import { Question } from "../parts/Question";
import { Refusal } from "./Refusal";
import { useAct } from "./useAct";

/** How a case ended, and a way to look at it again. */
export function Closed({ of, changed }: { of: Case; changed: () => void }) {
  const { m, moment } = useI18n();
  const [asking, setAsking] = useState(false);
  const [text, setText] = useState("");
  const { busy, refusal, act } = useAct(changed);
  const { decision } = of;
  return (
    <SpaceBetween size="m">
      {decision && (
        <div>
          <Box variant="h3">
            {m.cases.closedAs} {m.cases.outcomes[decision.outcome]}
          </Box>
          <div>{m.cases.codes[decision.reason_code]}</div>
          {decision.text && <div className="wrap said">{decision.text}</div>}
          <Box variant="small" color="text-body-secondary">
            {m.cases.by} {decision.by}
            {decision.confirmed_by && ` · ${m.cases.confirmedBy} ${decision.confirmed_by}`}
            {of.closed_at && ` · ${moment(of.closed_at)}`}
          </Box>
        </div>
      )}
      <Button onClick={() => setAsking(true)}>{m.cases.reopen}</Button>
      <Question
        visible={asking}
        title={m.cases.reopen}
        label={m.cases.reopen}
        close={() => setAsking(false)}
        busy={busy !== ""}
        ready={text.trim() !== ""}
        answer={() =>
          void act("reopen", () => cases.reopen(of.case_id, text.trim(), of.version)).then(
            (done) => done && setAsking(false),
          )
        }
      >
        <SpaceBetween size="m">
          <Refusal error={refusal} />
          <FormField label={m.cases.reopenWhy} stretch>
            <Textarea value={text} onChange={({ detail }) => setText(detail.value.slice(0, 2000))} />
          </FormField>
        </SpaceBetween>
      </Question>
    </SpaceBetween>
  );
}
