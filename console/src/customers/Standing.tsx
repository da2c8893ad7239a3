import Badge from "@cloudscape-design/components/badge";
import type { Customer } from "../api/types";
import { useI18n } from "../i18n/context";
import { COLOURS } from "../parts/RiskBadge";

/** The customer's arrears in a word, where the record says something about them. */
export function Standing({ customer }: { customer: Customer }) {
  const { m } = useI18n();
  if (!customer.risk) return <>{m.nothing}</>;
  return (
    <span className="nowrap">
      <Badge color={COLOURS[customer.risk]}>{m[customer.risk]}</Badge>
    </span>
  );
}
