import Spinner from "@cloudscape-design/components/spinner";
import { useI18n } from "../i18n/context";

/** Something is on its way. */
export function Waiting() {
  const { m } = useI18n();
  return (
    <div className="centre" role="status" aria-label={m.loading}>
      <Spinner size="large" />
    </div>
  );
}
