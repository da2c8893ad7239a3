import Box from "@cloudscape-design/components/box";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { Batch, BatchState } from "../api/types";
import { useI18n } from "../i18n/context";
import { count } from "../parts/figures";

const SHOWN: Record<BatchState, StatusIndicatorProps.Type> = {
  awaiting_upload: "pending",
  running: "in-progress",
  completed: "success",
  completed_with_failures: "warning",
  failed: "error",
  cancelled: "stopped",
};

export const isOver = (batch: Batch) => batch.state !== "awaiting_upload" && batch.state !== "running";

export function State({ batch }: { batch: Batch }) {
  const { m } = useI18n();
  return <StatusIndicator type={SHOWN[batch.state]}>{m.batch.states[batch.state]}</StatusIndicator>;
}

/** How many rows are done; a bar while it runs. */
export function Progress({ batch }: { batch: Batch }) {
  const { m, language } = useI18n();
  const number = (value: number) => count(value, language);
  if (batch.state === "running" && batch.rows > 0)
    return (
      <ProgressBar
        value={100 * batch.progress}
        ariaLabel={m.batch.progress}
        additionalInfo={`${number(batch.rows_scored + batch.rows_failed)} / ${number(batch.rows)}`}
      />
    );
  if (batch.rows === 0) return <Box color="text-body-secondary">{m.nothing}</Box>;
  return (
    <>
      {number(batch.rows_scored)} {m.batch.scored}
      {batch.rows_failed > 0 && ` · ${number(batch.rows_failed)} ${m.batch.failed}`}
    </>
  );
}
