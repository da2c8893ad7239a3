import Alert from "@cloudscape-design/components/alert";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { models } from "../api/models";
import { describe, objections } from "../api/problems";
import type { Rollout } from "../api/types";
import { useI18n } from "../i18n/context";
import { Question } from "../parts/Question";

export type Change =
  | { kind: "promote"; version: string }
  | { kind: "rollback" }
  /** Null ends the comparison. */
  | { kind: "challenge" | "shadow"; version: string | null };

const SHORTEST = 3;
const LONGEST = 500;

/** Asks why, and for a comparison how many customers; says what the gate objects to. */
export function ChangeDialog({
  rollout,
  change,
  close,
  done,
}: {
  rollout: Rollout;
  change: Change;
  close: () => void;
  done: (after: Rollout) => void;
}) {
  const { m } = useI18n();
  const [reason, setReason] = useState("");
  const [percent, setPercent] = useState("10");
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const sets = (change.kind === "challenge" || change.kind === "shadow") && change.version !== null;
  const portion = Number(percent) / 100;
  const possible = !sets || (portion > 0 && portion <= 1);
  const title = {
    promote: m.promote,
    rollback: m.rollBack,
    challenge: sets ? m.setChallenger : m.endChallenge,
    shadow: sets ? m.setShadow : m.endShadow,
  }[change.kind];

  async function answer() {
    setBusy(true);
    setRefusal(null);
    try {
      done(await send(rollout.name, change, sets ? portion : 0, reason.trim()));
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  }

  return (
    <Question
      visible
      title={change.kind === "rollback" ? `${title}: ${rollout.previous ?? ""}` : `${title}: ${change.version ?? ""}`}
      close={close}
      label={title}
      busy={busy}
      ready={reason.trim().length >= SHORTEST && possible}
      answer={() => void answer()}
    >
      <SpaceBetween size="m">
        <Refusal error={refusal} />
        {sets && (
          <FormField
            label={m.sharePercent}
            constraintText={m.shareRule}
            errorText={possible ? undefined : m.shareRule}
          >
            <Input type="number" inputMode="numeric" value={percent} onChange={({ detail }) => setPercent(detail.value)} />
          </FormField>
        )}
        <FormField label={m.reason} constraintText={m.reasonRule} stretch>
          <Textarea value={reason} autoFocus onChange={({ detail }) => setReason(detail.value.slice(0, LONGEST))} />
        </FormField>
      </SpaceBetween>
    </Question>
  );
}

function send(name: string, change: Change, portion: number, reason: string): Promise<Rollout> {
  switch (change.kind) {
    case "promote":
      return models.promote(name, change.version, reason);
    case "rollback":
      return models.rollBack(name, reason);
    default:
      return models.compare(name, change.kind, change.version, portion, reason);
  }
}

/** Why the service would not; what the gate objects to, in the reader's language. */
function Refusal({ error }: { error: unknown }) {
  const { m, say } = useI18n();
  if (error === null) return null;
  const told = objections(error);
  return (
    <div role="alert">
      <Alert type="error" header={m.refused}>
        {told.length > 0 ? (
          <ul className="plain">
            {told.map(({ code, text }) => (
              <li key={code}>{say(text)}</li>
            ))}
          </ul>
        ) : (
          describe(error, m)
        )}
      </Alert>
    </div>
  );
}
