import Badge from "@cloudscape-design/components/badge";
import type { Band } from "../api/types";
import { useI18n } from "../i18n/context";
import { COLOURS } from "../parts/RiskBadge";
import { share } from "../parts/figures";

/** A probability with its level in a word: never by colour alone. */
export function Level({ probability, level }: { probability: number; level: Band }) {
  const { m } = useI18n();
  return (
    <span className="nowrap">
      {share(probability, 0)} <Badge color={COLOURS[level]}>{m[level]}</Badge>
    </span>
  );
}
