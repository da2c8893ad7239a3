import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { api } from "../api/client";
import type { Call, Outcome } from "../api/types";
import { useI18n } from "../i18n/context";
import { isLive } from "../live/calls";
import { Question } from "./Question";
import { OUTCOMES, outcomeWord } from "./words";

const LONGEST = 2000;

/** Escalate and end: the two things an agent does to a whole call. */
export function CallButtons({ call, onError }: { call: Call; onError: (error: unknown) => void }) {
  const { m } = useI18n();
  const [asking, setAsking] = useState<"escalate" | "end" | null>(null);
  const [reason, setReason] = useState("");
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [busy, setBusy] = useState(false);
  const close = () => setAsking(null);

  async function run(work: Promise<unknown>) {
    setBusy(true);
    try {
      await work;
    } catch (error) {
      onError(error);
    }
    setBusy(false);
    close();
  }

  return (
    <SpaceBetween direction="horizontal" size="xs">
      {isLive(call) && (
        <Button disabled={call.escalated} iconName="notification" onClick={() => setAsking("escalate")}>
          {call.escalated ? m.escalated : m.escalate}
        </Button>
      )}
      {(isLive(call) || !call.outcome) && (
        <Button variant={isLive(call) ? "primary" : "normal"} onClick={() => setAsking("end")}>
          {isLive(call) ? m.endCall : m.setOutcome}
        </Button>
      )}
      <Question
        visible={asking === "escalate"}
        title={m.escalateTitle}
        close={close}
        label={m.send}
        busy={busy}
        ready={reason.trim() !== ""}
        answer={() => void run(api.act(call.contact_id, "ESCALATE", { comment: reason.trim() }))}
      >
        <FormField label={m.escalateReason} constraintText={m.reasonNeeded} stretch>
          <Textarea
            value={reason}
            autoFocus
            onChange={({ detail }) => setReason(detail.value.slice(0, LONGEST))}
          />
        </FormField>
      </Question>
      <Question
        visible={asking === "end"}
        title={isLive(call) ? m.endTitle : m.setOutcome}
        close={close}
        label={isLive(call) ? m.endCall : m.save}
        busy={busy}
        ready={outcome !== null}
        answer={() => outcome && void run(api.end(call.contact_id, outcome))}
      >
        <FormField label={m.endQuestion}>
          <RadioGroup
            value={outcome}
            items={OUTCOMES.map((value) => ({ value, label: outcomeWord(value, m) }))}
            onChange={({ detail }) => setOutcome(detail.value as Outcome)}
          />
        </FormField>
      </Question>
    </SpaceBetween>
  );
}
