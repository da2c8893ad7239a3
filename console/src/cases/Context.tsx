import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useNarrow } from "../appearance";
import type { CaseDetail, SimilarPayment } from "../api/types";
import { useI18n } from "../i18n/context";
import { PageLink } from "../parts/PageLink";
import { date, money } from "../parts/figures";

/** Who the customer is, in short. */
export function CustomerInShort({ detail }: { detail: CaseDetail }) {
  const { m, language } = useI18n();
  const { customer } = detail;
  return (
    <Container header={<Header variant="h2">{m.customer}</Header>}>
      {customer ? (
        <KeyValuePairs
          columns={2}
          items={[
            {
              label: m.name,
              value: (
                <PageLink to={`/customers/${encodeURIComponent(customer.customer_id)}`}>{customer.name}</PageLink>
              ),
            },
            { label: m.customerId, value: customer.customer_id },
            { label: m.phone, value: <span className="nowrap">{customer.phone}</span> },
            { label: m.segment, value: customer.segment ?? m.nothing },
            { label: m.joined, value: customer.joined_at ? date(customer.joined_at, language) : m.nothing },
            { label: m.callsRecently, value: customer.calls_90d ?? m.nothing },
          ]}
        />
      ) : (
        <Box color="text-body-secondary">{m.cases.customerGone}</Box>
      )}
    </Container>
  );
}

/** Other payments of the customer that are like this one. */
export function Similar({ similar }: { similar: SimilarPayment[] }) {
  const { m, moment, language } = useI18n();
  const narrow = useNarrow();
  const shares = ({ shares: names }: SimilarPayment) => names.map((name) => m.cases.shares[name] ?? name).join(", ");
  const amount: TableProps.ColumnDefinition<SimilarPayment> = {
    id: "amount",
    header: m.amount,
    cell: ({ transaction: of }) => <span className="nowrap">{money(of.amount, of.currency, language)}</span>,
  };
  const wide: TableProps.ColumnDefinition<SimilarPayment>[] = [
    {
      id: "merchant",
      header: m.cases.merchant,
      isRowHeader: true,
      cell: ({ transaction: of }) => `${of.merchant} (${of.country})`,
    },
    { id: "at", header: m.when, cell: ({ transaction: of }) => moment(of.at) },
    amount,
    { id: "shares", header: m.cases.inCommon, cell: shares },
  ];
  const phone: TableProps.ColumnDefinition<SimilarPayment>[] = [
    {
      id: "merchant",
      header: m.cases.merchant,
      isRowHeader: true,
      cell: (each) => (
        <>
          {each.transaction.merchant}
          <Box variant="small" display="block">
            {moment(each.transaction.at)} · {shares(each)}
          </Box>
        </>
      ),
    },
    amount,
  ];
  return (
    <Table
      items={similar}
      trackBy={({ transaction }) => transaction.transaction_id}
      wrapLines
      ariaLabels={{ tableLabel: m.cases.similar }}
      header={<Header variant="h2">{m.cases.similar}</Header>}
      empty={<Box textAlign="center">{m.cases.noSimilar}</Box>}
      columnDefinitions={narrow ? phone : wide}
    />
  );
}
