import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { Verdict } from "../api/types";
import { useI18n } from "../i18n/context";

/** What a look at drift found; null when nobody has looked. */
export function DriftState({ verdict, missing = 0 }: { verdict: Verdict | null; missing?: number }) {
  const { m } = useI18n();
  if (verdict === null) return <StatusIndicator type="pending">{m.neverLooked}</StatusIndicator>;
  if (verdict === "unknown") {
    return (
      <StatusIndicator type="pending">
        {m.driftUnknown}
        {missing > 0 && `: ${m.rowsMissing.replace("{n}", String(missing))}`}
      </StatusIndicator>
    );
  }
  return verdict === "drifted" ? (
    <StatusIndicator type="warning">{m.drifted}</StatusIndicator>
  ) : (
    <StatusIndicator type="success">{m.steady}</StatusIndicator>
  );
}
