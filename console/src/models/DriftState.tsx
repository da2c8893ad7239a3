import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useI18n } from "../i18n/context";

/** What a look at drift found; null when nobody has looked. */
export function DriftState({ drifted }: { drifted: boolean | null }) {
  const { m } = useI18n();
  if (drifted === null) return <StatusIndicator type="pending">{m.neverLooked}</StatusIndicator>;
  return drifted ? (
    <StatusIndicator type="warning">{m.drifted}</StatusIndicator>
  ) : (
    <StatusIndicator type="success">{m.steady}</StatusIndicator>
  );
}
