import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { trends } from "../api/trends";
import type { TrendMonitor } from "../api/types";
import { useI18n } from "../i18n/context";
import { count } from "../parts/figures";
import { Question } from "../parts/Question";
import { Trouble } from "../parts/Trouble";
import type { Reading } from "../parts/useRead";
import { useSession } from "../session";
import { NewMonitor } from "./NewMonitor";
import { seriesName } from "./names";

/** Who watches what, and where it stands. */
export function MonitorsPanel({ series, reading }: { series: string; reading: Reading<{ items: TrendMonitor[] }> }) {
  const { m, language } = useI18n();
  const w = m.trends;
  const { user, isAdmin } = useSession();
  const [asking, setAsking] = useState(false);
  const [removing, setRemoving] = useState<TrendMonitor | null>(null);
  const said = (value: number | null) => (value === null ? m.none : count(Math.round(value * 100) / 100, language));
  return (
    <SpaceBetween size="s">
      <Trouble error={reading.error} retry={reading.reload} />
      <Table
        variant="container"
        wrapLines
        loading={reading.loading && reading.value === null}
        loadingText={m.loading}
        ariaLabels={{ tableLabel: w.monitors }}
        header={
          <Header variant="h2" description={w.monitorsAbout} actions={<Button onClick={() => setAsking(true)}>{w.newMonitor}</Button>}>
            {w.monitors}
          </Header>
        }
        items={reading.value?.items ?? []}
        trackBy="monitor_id"
        empty={<Box color="text-body-secondary">{w.noMonitors}</Box>}
        columnDefinitions={[
          { id: "name", minWidth: 120, header: w.name, cell: ({ name }) => name, isRowHeader: true },
          { id: "series", minWidth: 140, header: w.series, cell: (monitor) => seriesName(monitor.series, m) },
          {
            id: "rule",
            minWidth: 140,
            header: w.rule,
            cell: ({ kind, threshold, window_h }) =>
              `${w.kinds[kind]} (${said(threshold)}${kind === "unusual" ? "" : `, ${window_h} h`})`,
          },
          {
            id: "state",
            minWidth: 120,
            header: w.state,
            cell: ({ firing }) =>
              firing ? <StatusIndicator type="warning">{w.firing}</StatusIndicator> : <StatusIndicator>{w.quiet}</StatusIndicator>,
          },
          { id: "value", minWidth: 80, header: w.value, cell: ({ value }) => said(value) },
          { id: "owner", minWidth: 100, header: w.owner, cell: ({ owner }) => owner },
          {
            id: "remove",
            minWidth: 90,
            header: w.remove,
            cell: (monitor) =>
              (isAdmin || monitor.owner === user?.username) && (
                <Button variant="inline-link" ariaLabel={`${w.remove}: ${monitor.name}`} onClick={() => setRemoving(monitor)}>
                  {w.remove}
                </Button>
              ),
          },
        ]}
      />
      {asking && (
        <NewMonitor
          series={series}
          close={() => setAsking(false)}
          made={() => {
            setAsking(false);
            reading.reload();
          }}
        />
      )}
      {removing && (
        <Remove
          monitor={removing}
          close={() => setRemoving(null)}
          done={() => {
            setRemoving(null);
            reading.reload();
          }}
        />
      )}
    </SpaceBetween>
  );
}

function Remove({ monitor, close, done }: { monitor: TrendMonitor; close: () => void; done: () => void }) {
  const { m } = useI18n();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const answer = () => {
    setBusy(true);
    trends.unwatch(monitor.monitor_id).then(done, (problem: unknown) => {
      setError(problem);
      setBusy(false);
    });
  };
  return (
    <Question visible title={m.trends.removeAsk} close={close} label={m.trends.remove} busy={busy} ready answer={answer}>
      <Trouble error={error} retry={answer} />
      {monitor.name}
    </Question>
  );
}
