import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import type { TrendAlert } from "../api/types";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import type { Pages } from "../parts/usePages";
import { seriesName } from "./names";

/** What monitors found, newest first. */
export function AlertsPanel({ pages }: { pages: Pages<TrendAlert> }) {
  const { m, moment, say } = useI18n();
  const w = m.trends;
  return (
    <SpaceBetween size="s">
      <Trouble error={pages.error} retry={pages.reload} />
      <Table
        variant="container"
        wrapLines
        loading={pages.loading && pages.items.length === 0}
        loadingText={m.loading}
        ariaLabels={{ tableLabel: w.alerts }}
        header={
          <Header variant="h2" description={w.alertsAbout}>
            {w.alerts}
          </Header>
        }
        items={pages.items}
        trackBy="alert_id"
        empty={<Box color="text-body-secondary">{w.noAlerts}</Box>}
        columnDefinitions={[
          { id: "opened", minWidth: 120, header: w.opened, cell: ({ opened_at }) => moment(opened_at) },
          { id: "name", minWidth: 120, header: w.name, cell: ({ name }) => name, isRowHeader: true },
          { id: "series", minWidth: 140, header: w.series, cell: ({ series }) => seriesName(series, m) },
          { id: "what", minWidth: 140, header: w.what, cell: ({ reason }) => say(reason) },
          {
            id: "state",
            minWidth: 120,
            header: w.state,
            cell: ({ state }) =>
              state === "open" ? <StatusIndicator type="warning">{w.open}</StatusIndicator> : <StatusIndicator>{w.over}</StatusIndicator>,
          },
          { id: "repeats", minWidth: 90, header: w.repeats, cell: ({ repeats }) => repeats },
        ]}
        footer={pages.more && <Button onClick={pages.more}>{m.showMore}</Button>}
      />
    </SpaceBetween>
  );
}
