import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useCallback } from "react";
import { useNarrow } from "../appearance";
import { analytics } from "../api/analytics";
import type { SegmentMember } from "../api/types";
import { useI18n } from "../i18n/context";
import { PageLink } from "../parts/PageLink";
import { Trouble } from "../parts/Trouble";
import { money } from "../parts/figures";
import { usePages } from "../parts/usePages";
import { Level } from "./Level";

/** The customers of a segment, the most valuable first. */
export function SegmentCustomers({ code, name }: { code: string; name: string }) {
  const { m, say, language } = useI18n();
  const w = m.insight;
  const narrow = useNarrow();
  const read = useCallback((cursor: string | null) => analytics.segmentCustomers(code, cursor), [code]);
  const { items, loading, error, reload, more } = usePages(read);
  const value = ({ currency, value_12m }: SegmentMember) =>
    currency ? money(value_12m, currency, language) : m.nothing;
  const columns: TableProps.ColumnDefinition<SegmentMember>[] = [
    {
      id: "name",
      header: m.name,
      isRowHeader: true,
      cell: ({ customer }) => (
        <PageLink to={`/customers/${encodeURIComponent(customer.customer_id)}?tab=scores`}>{customer.name}</PageLink>
      ),
    },
    { id: "value", header: w.value12m, cell: value },
    { id: "churn", header: w.leaving, cell: ({ churn, level }) => <Level probability={churn} level={level} /> },
    {
      id: "why",
      header: m.reasons,
      cell: ({ reasons }) =>
        reasons
          .filter(({ direction }) => direction === "raises")
          .slice(0, 2)
          .map(({ text }) => say(text))
          .join(" · ") || m.nothing,
    },
  ];
  return (
    <SpaceBetween size="s">
      <Trouble error={error} retry={reload} />
      <Table
        items={items}
        loading={loading && items.length === 0}
        loadingText={m.loading}
        trackBy={({ customer }) => customer.customer_id}
        wrapLines
        ariaLabels={{ tableLabel: `${w.customersOf} ${name}` }}
        header={
          <Header variant="h2" counter={`(${items.length}${more ? "+" : ""})`}>
            {w.customersOf} {name}
          </Header>
        }
        empty={<Box textAlign="center">{w.nobodyHere}</Box>}
        footer={
          more ? (
            <Box textAlign="center">
              <Button onClick={more}>{m.showMore}</Button>
            </Box>
          ) : undefined
        }
        columnDefinitions={narrow ? columns.slice(0, 3) : columns}
      />
    </SpaceBetween>
  );
}
