import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import type { Customer } from "../api/types";
import { useI18n } from "../i18n/context";
import { count, date, share } from "../parts/figures";
import { Standing } from "./Standing";

/** What is recorded about a customer. */
export function RecordPanel({ customer }: { customer: Customer }) {
  const { m, language } = useI18n();
  const names = new Intl.DisplayNames(language, { type: "language" });
  const number = (value: number | null | undefined) => (value == null ? m.nothing : count(value, language));
  const part = (value: number | null | undefined) => (value == null ? m.nothing : share(value, 0));
  return (
    <Container header={<Header variant="h2">{m.record}</Header>}>
      <KeyValuePairs
        columns={2}
        items={[
          { label: m.arrears, value: <Standing customer={customer} /> },
          { label: m.segment, value: customer.segment ?? m.nothing },
          { label: m.phone, value: customer.phone },
          { label: m.email, value: <span className="wrap">{customer.email ?? m.nothing}</span> },
          { label: m.callLanguage, value: names.of(customer.language) ?? customer.language },
          { label: m.joined, value: customer.joined_at ? date(customer.joined_at, language) : m.nothing },
          { label: m.tenure, value: number(customer.tenure_months) },
          { label: m.daysPastDue, value: number(customer.days_past_due) },
          { label: m.missedPayments, value: number(customer.missed_payments_12m) },
          { label: m.balanceDue, value: number(customer.balance_due) },
          { label: m.utilisation, value: part(customer.credit_utilisation) },
          { label: m.promisesKept, value: part(customer.promises_kept_share) },
          { label: m.callsRecently, value: number(customer.calls_90d) },
        ]}
      />
    </Container>
  );
}
