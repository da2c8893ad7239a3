import Alert from "@cloudscape-design/components/alert";
import { ApiProblem } from "../api/client";
import { describe } from "../api/problems";
import { useI18n } from "../i18n/context";

/** Why a change of a case was refused; who was first is told as the service says it, which is English. */
export function Refusal({ error }: { error: unknown }) {
  const { m } = useI18n();
  if (error === null) return null;
  const told = error instanceof ApiProblem && [403, 409].includes(error.status) ? error.problem.detail : undefined;
  return (
    <div role="alert">
      <Alert type="error" header={m.refused}>
        {describe(error, m)} {told && <span lang="en">{told}</span>}
      </Alert>
    </div>
  );
}
