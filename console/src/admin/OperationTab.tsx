import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useCallback, useState } from "react";
import { admin, type Usage } from "../api/admin";
import { useNarrow } from "../appearance";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { useRead } from "../parts/useRead";
import { VendorCalls } from "./VendorCalls";

const ms = (value: number | null) => (value === null ? "–" : String(Math.round(value)));

/** Whether dependencies and vendors answer, and how often and how fast functions ran. */
export function OperationTab() {
  const [turn, setTurn] = useState(0);
  return (
    <SpaceBetween size="l">
      <Dependencies onRefresh={() => setTurn(turn + 1)} />
      <VendorCalls key={`vendors ${turn}`} />
      <Functions key={`functions ${turn}`} />
    </SpaceBetween>
  );
}

function Dependencies({ onRefresh }: { onRefresh: () => void }) {
  const { m } = useI18n();
  const { value, error, loading, reload } = useRead(useCallback(() => admin.health(), []));
  return (
    <>
      <Trouble error={error} retry={reload} />
      <Table
        items={value?.dependencies ?? []}
        loading={loading && !value}
        loadingText={m.loading}
        trackBy="name"
        wrapLines
        ariaLabels={{ tableLabel: m.account.health }}
        header={
          <Header
            actions={
              <Button
                iconName="refresh"
                loading={loading}
                onClick={() => {
                  reload();
                  onRefresh();
                }}
              >
                {m.account.refresh}
              </Button>
            }
          >
            {m.account.health}
          </Header>
        }
        columnDefinitions={[
          { id: "name", header: m.account.health, isRowHeader: true, cell: ({ name }) => name },
          {
            id: "state",
            header: m.account.state,
            cell: ({ healthy, error: why }) => (
              <StatusIndicator type={healthy ? "success" : "error"}>
                {healthy ? m.account.answers : `${m.account.fails} (${why ?? ""})`}
              </StatusIndicator>
            ),
          },
          { id: "latency", header: m.account.latency, cell: ({ latency_ms: took }) => ms(took) },
        ]}
      />
    </>
  );
}

function Functions() {
  const { m } = useI18n();
  const narrow = useNarrow();
  const { value, error, loading, reload } = useRead(useCallback(() => admin.performance(), []));
  const ran = [...(value ?? [])].sort((one, other) => other.invocations - one.invocations);
  const runs = (of: Usage) => (
    <>
      {of.invocations || m.account.notRun}
      {of.partial && <Box variant="small" display="block">{m.account.partial}</Box>}
    </>
  );
  const name: TableProps.ColumnDefinition<Usage> = {
    id: "name",
    header: m.account.function,
    isRowHeader: true,
    cell: (of) => of.function,
  };
  const wide: TableProps.ColumnDefinition<Usage>[] = [
    name,
    { id: "runs", header: m.account.runs, cell: runs },
    { id: "errors", header: m.account.errors, cell: (of) => of.errors },
    { id: "p50", header: "p50 (ms)", cell: (of) => ms(of.p50_ms) },
    { id: "p95", header: "p95 (ms)", cell: (of) => ms(of.p95_ms) },
    { id: "p99", header: "p99 (ms)", cell: (of) => ms(of.p99_ms) },
  ];
  const phone: TableProps.ColumnDefinition<Usage>[] = [
    {
      ...name,
      cell: (of) => (
        <>
          {of.function}
          <Box variant="small" display="block">
            {of.invocations
              ? `${m.account.runs} ${of.invocations} · ${m.account.errors} ${of.errors} · p95 ${ms(of.p95_ms)} ms`
              : m.account.notRun}
          </Box>
        </>
      ),
    },
  ];
  return (
    <>
      <Trouble error={error} retry={reload} />
      <Table
        items={ran}
        loading={loading && !value}
        loadingText={m.loading}
        trackBy="function"
        wrapLines
        ariaLabels={{ tableLabel: m.account.performance }}
        header={<Header description={m.account.performanceAbout}>{m.account.performance}</Header>}
        columnDefinitions={narrow ? phone : wide}
      />
    </>
  );
}
