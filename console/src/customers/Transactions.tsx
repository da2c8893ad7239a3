import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useState } from "react";
import { useNarrow } from "../appearance";
import { customers } from "../api/customers";
import type { Transaction } from "../api/types";
import { OpenCase } from "../cases/OpenCase";
import { Refusal } from "../cases/Refusal";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { money } from "../parts/figures";
import { usePages } from "../parts/usePages";
import { useSession } from "../session";

/** What a customer bought and got back, the newest first. */
export function Transactions({ customerId }: { customerId: string }) {
  const { m, moment, language } = useI18n();
  const { isLead } = useSession();
  const [refusal, setRefusal] = useState<unknown>(null);
  const narrow = useNarrow();
  const read = useCallback((cursor: string | null) => customers.transactions(customerId, cursor), [customerId]);
  const { items, loading, error, reload, more } = usePages(read);
  const category = (of: Transaction) => m.categoryNames[of.category] ?? of.category;
  const amount: TableProps.ColumnDefinition<Transaction> = {
    id: "amount",
    header: m.amount,
    cell: (of) => (
      <span className="nowrap">
        {money(of.amount, of.currency, language)}
        {of.amount < 0 && ` (${m.refund})`}
      </span>
    ),
  };
  const wide: TableProps.ColumnDefinition<Transaction>[] = [
    { id: "at", header: m.when, cell: ({ at }) => moment(at) },
    { id: "merchant", header: m.merchant, isRowHeader: true, cell: (of) => `${of.merchant} (${of.country})` },
    { id: "category", header: m.category, cell: category },
    { id: "channel", header: m.channel, cell: ({ channel }) => m.channelNames[channel] ?? channel },
    amount,
    ...(isLead
      ? [{ id: "case", header: m.cases.one, cell: (of: Transaction) => of.amount > 0 && <OpenCase of={of} failed={setRefusal} /> }]
      : []),
  ];
  const phone: TableProps.ColumnDefinition<Transaction>[] = [
    {
      id: "merchant",
      header: m.merchant,
      isRowHeader: true,
      cell: (of) => (
        <>
          {of.merchant}
          <Box variant="small" display="block">
            {moment(of.at)} · {category(of)}
          </Box>
          {isLead && of.amount > 0 && <OpenCase of={of} failed={setRefusal} />}
        </>
      ),
    },
    amount,
  ];
  return (
    <SpaceBetween size="m">
      <Trouble error={error} retry={reload} />
      <Refusal error={refusal} />
      <Table
        items={items}
        loading={loading && items.length === 0}
        loadingText={m.loading}
        trackBy="transaction_id"
        wrapLines
        ariaLabels={{ tableLabel: m.transactions }}
        header={
          <Header variant="h2" counter={`(${items.length}${more ? "+" : ""})`}>
            {m.transactions}
          </Header>
        }
        empty={<Box textAlign="center">{m.noTransactions}</Box>}
        footer={
          more && (
            <Box textAlign="center">
              <Button onClick={more}>{m.showMore}</Button>
            </Box>
          )
        }
        columnDefinitions={narrow ? phone : wide}
      />
    </SpaceBetween>
  );
}
