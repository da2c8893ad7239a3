import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useCallback } from "react";
import { admin, type VendorUsage } from "../api/admin";
import { useNarrow } from "../appearance";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { useRead } from "../parts/useRead";

const ANSWERED = new Set(["completed", "refused"]);

/** How vendors answered in the last hour, and how the latest call of each operation ended. */
export function VendorCalls() {
  const { m } = useI18n();
  const narrow = useNarrow();
  const { value, error, loading, reload } = useRead(useCallback(() => admin.vendors(), []));
  const name: TableProps.ColumnDefinition<VendorUsage> = {
    id: "name",
    header: m.account.vendorOperation,
    isRowHeader: true,
    cell: (of) => `${of.vendor} · ${of.operation}`,
  };
  const wide: TableProps.ColumnDefinition<VendorUsage>[] = [
    name,
    { id: "last", header: m.account.lastCall, cell: (of) => <Last of={of} /> },
    { id: "calls", header: m.account.calls, cell: (of) => of.calls },
    { id: "failures", header: m.account.failures, cell: (of) => of.failures },
    { id: "refusals", header: m.account.refusals, cell: (of) => of.refusals },
    { id: "p50", header: "p50 (ms)", cell: (of) => Math.round(of.p50_ms) },
    { id: "p95", header: "p95 (ms)", cell: (of) => Math.round(of.p95_ms) },
  ];
  const phone: TableProps.ColumnDefinition<VendorUsage>[] = [
    {
      ...name,
      cell: (of) => (
        <>
          {`${of.vendor} · ${of.operation}`}
          <Box variant="small" display="block">
            {m.account.calls} {of.calls} · {m.account.failures} {of.failures} · p95 {Math.round(of.p95_ms)} ms
          </Box>
          <Last of={of} />
        </>
      ),
    },
  ];
  return (
    <>
      <Trouble error={error} retry={reload} />
      <Table
        items={value?.items ?? []}
        loading={loading && !value}
        loadingText={m.loading}
        trackBy={(of) => `${of.vendor} ${of.operation}`}
        wrapLines
        ariaLabels={{ tableLabel: m.account.vendors }}
        empty={<Box textAlign="center">{m.account.noVendorCalls}</Box>}
        header={
          <Header description={value?.partial ? m.account.vendorsPartial : m.account.vendorsAbout}>
            {m.account.vendors}
          </Header>
        }
        columnDefinitions={narrow ? phone : wide}
      />
    </>
  );
}

function Last({ of }: { of: VendorUsage }) {
  const { m, moment } = useI18n();
  const why = [of.last_status, of.last_code].filter(Boolean).join(", ");
  const ended = m.account.outcomes[of.last_outcome] ?? of.last_outcome;
  return (
    <StatusIndicator type={ANSWERED.has(of.last_outcome) ? "success" : "error"}>
      {ended}
      {why && ` (${why})`} · {moment(of.last_at)}
    </StatusIndicator>
  );
}
