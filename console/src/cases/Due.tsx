import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { CaseState } from "../api/types";
import { useI18n } from "../i18n/context";
import { isLate, span } from "./times";

/** How long work on a case may still take, or by how much it is late; when it was due once it is closed. */
export function Due({ of, now }: { of: { due_at: number; state: CaseState }; now: number }) {
  const { m, moment } = useI18n();
  if (of.state === "closed") return <span className="nowrap">{moment(of.due_at)}</span>;
  const length = span(of.due_at - now, m.cases);
  return (
    <span className="nowrap" title={moment(of.due_at)}>
      {isLate(of.due_at, now) ? (
        <StatusIndicator type="warning">
          {length} {m.cases.late}
        </StatusIndicator>
      ) : (
        `${length} ${m.cases.left}`
      )}
    </span>
  );
}
