import Badge from "@cloudscape-design/components/badge";
import type { Band } from "../api/types";
import { useI18n } from "../i18n/context";

export const COLOURS = { HIGH: "severity-critical", MEDIUM: "severity-medium", LOW: "green" } as const;

/** The score with its band in words: never by colour alone. */
export function RiskBadge({ value, band }: { value: number; band: Band }) {
  const { m } = useI18n();
  return (
    <span className="nowrap">
      <Badge color={COLOURS[band]}>
        {value} · {m[band]}
      </Badge>
    </span>
  );
}
