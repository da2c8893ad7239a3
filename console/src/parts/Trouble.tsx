import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { describe } from "../api/problems";
import { useI18n } from "../i18n/context";

/** Why something could not be read, and a way to try again. */
export function Trouble({ error, retry }: { error: unknown; retry: () => void }) {
  const { m } = useI18n();
  if (error === null) return null;
  return (
    <div role="alert">
      <Alert type="error" header={m.failed} action={<Button onClick={retry}>{m.retry}</Button>}>
        {describe(error, m)}
      </Alert>
    </div>
  );
}
