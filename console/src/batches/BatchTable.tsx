import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useNarrow } from "../appearance";
import type { Batch } from "../api/types";
import { useI18n } from "../i18n/context";
import { PageLink } from "../parts/PageLink";
import type { Pages } from "../parts/usePages";
import { Progress, State } from "./Progress";

/** Batches, newest first. */
export function BatchTable({ pages: { items, loading, more } }: { pages: Pages<Batch> }) {
  const { m, moment } = useI18n();
  const narrow = useNarrow();
  const name = (batch: Batch) => (
    <PageLink to={`/batches/${encodeURIComponent(batch.batch_id)}`}>{moment(batch.created_at)}</PageLink>
  );
  const state = { id: "state", header: m.status, cell: (batch: Batch) => <State batch={batch} /> };
  const wide: TableProps.ColumnDefinition<Batch>[] = [
    { id: "created", header: m.batch.created, isRowHeader: true, cell: name },
    { id: "model", header: m.model, cell: ({ model }) => m.batch.tasks[model] },
    state,
    { id: "rows", header: m.batch.rows, cell: (batch) => <Progress batch={batch} /> },
    { id: "by", header: m.batch.by, cell: ({ created_by }) => created_by },
  ];
  const phone: TableProps.ColumnDefinition<Batch>[] = [
    {
      id: "created",
      header: m.batch.created,
      isRowHeader: true,
      cell: (batch) => (
        <>
          {name(batch)}
          <Box variant="small" display="block">
            {m.batch.tasks[batch.model]}
          </Box>
          <Progress batch={batch} />
        </>
      ),
    },
    state,
  ];
  return (
    <Table
      items={items}
      loading={loading && items.length === 0}
      loadingText={m.loading}
      trackBy="batch_id"
      wrapLines
      ariaLabels={{ tableLabel: m.batch.title }}
      header={<Header counter={`(${items.length}${more ? "+" : ""})`}>{m.batch.last}</Header>}
      empty={<Box textAlign="center">{m.batch.none}</Box>}
      footer={
        more && (
          <Box textAlign="center">
            <Button onClick={more}>{m.showMore}</Button>
          </Box>
        )
      }
      columnDefinitions={narrow ? phone : wide}
    />
  );
}
