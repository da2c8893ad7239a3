import Autosuggest from "@cloudscape-design/components/autosuggest";
import Box from "@cloudscape-design/components/box";
import ContentLayout from "@cloudscape-design/components/content-layout";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useEffect, useState } from "react";
import { useSearchParams } from "react-router-dom";
import { trends } from "../api/trends";
import type { TrendSummary } from "../api/types";
import { useI18n } from "../i18n/context";
import { agentRoom } from "../live/protocol";
import { count } from "../parts/figures";
import { Trouble } from "../parts/Trouble";
import { usePages } from "../parts/usePages";
import { useRead } from "../parts/useRead";
import { useTitle } from "../parts/useTitle";
import { Waiting } from "../parts/Waiting";
import { useSession } from "../session";
import { AlertsPanel } from "../trends/AlertsPanel";
import { ForecastPanel } from "../trends/ForecastPanel";
import { MonitorsPanel } from "../trends/MonitorsPanel";
import { seriesName } from "../trends/names";
import { DaysPanel, SeasonPanel, UnusualPanel } from "../trends/ShapePanels";

/** A series by the hour: what is usual, what was not, what is coming, and who is told. */
export default function TrendsPage() {
  const { m } = useI18n();
  const w = m.trends;
  const [query, setQuery] = useSearchParams();
  const series = query.get("series") ?? "calls";
  useTitle(w.title);
  const monitors = useRead(trends.monitors);
  const alerts = usePages(trends.alerts);
  useNews(() => {
    monitors.reload();
    alerts.reload();
  });
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={w.about}>
          {w.title}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Choose series={series} choose={(key) => setQuery({ series: key })} />
        <Series key={series} series={series} />
        <MonitorsPanel series={series} reading={monitors} />
        <AlertsPanel pages={alerts} />
      </SpaceBetween>
    </ContentLayout>
  );
}

/** Calls back when a monitor of mine alerts or ends. */
function useNews(told: () => void) {
  const { live, user } = useSession();
  const me = user?.username ?? "";
  const [news, setNews] = useState(0);
  useEffect(() => {
    const leave = live.enter(agentRoom(me));
    const stop = live.listen((message) => message.type === "trend_alerts" && setNews((number) => number + 1));
    return () => {
      stop();
      leave();
    };
  }, [live, me]);
  useEffect(() => {
    if (news > 0) told();
    // Only news calls back, not another function.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [news]);
}

function Choose({ series, choose }: { series: string; choose: (key: string) => void }) {
  const { m } = useI18n();
  const w = m.trends;
  const [typed, setTyped] = useState(series);
  const [shown, setShown] = useState(series);
  if (shown !== series) {
    // Another series by the address, as when going back.
    setShown(series);
    setTyped(series);
  }
  const known = useRead(trends.series);
  const keys = [...new Set(["all", "calls", ...(known.value?.items ?? [])])];
  return (
    <FormField label={w.series} description={w.seriesOther}>
      <Autosuggest
        value={typed}
        options={keys.map((value) => ({ value, label: value, description: seriesName(value, m) }))}
        enteredTextLabel={(value) => `${w.show}: ${value}`}
        ariaLabel={w.series}
        onChange={({ detail }) => setTyped(detail.value)}
        onSelect={({ detail }) => detail.value.trim() && choose(detail.value.trim())}
      />
    </FormField>
  );
}

function Series({ series }: { series: string }) {
  const { m } = useI18n();
  const { value, error, reload } = useRead(useCallback(() => trends.summary(series), [series]));
  if (error !== null) return <Trouble error={error} retry={reload} />;
  if (value === null) return <Waiting />;
  return (
    <SpaceBetween size="l">
      <Head summary={value} />
      {value.since === null && <Box color="text-body-secondary">{m.trends.nothing}</Box>}
      {value.since !== null && <ForecastPanel summary={value} />}
      {value.since !== null && <SeasonPanel summary={value} />}
      {value.since !== null && <DaysPanel summary={value} />}
      {value.since !== null && <UnusualPanel summary={value} />}
    </SpaceBetween>
  );
}

function Head({ summary }: { summary: TrendSummary }) {
  const { m, language, moment } = useI18n();
  const w = m.trends;
  return (
    <KeyValuePairs
      columns={3}
      items={[
        { label: w.series, value: <span className="figure">{seriesName(summary.series, m)}</span> },
        { label: w.total, value: <span className="figure">{count(summary.total, language)}</span> },
        { label: w.since, value: summary.since === null ? m.none : moment(summary.since) },
      ]}
    />
  );
}
