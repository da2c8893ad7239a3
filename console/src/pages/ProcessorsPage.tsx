import Box from "@cloudscape-design/components/box";
import BarChart from "@cloudscape-design/components/bar-chart";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import LineChart from "@cloudscape-design/components/line-chart";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useState } from "react";
import { Panel } from "../analytics/Panel";
import { realtime } from "../api/realtime";
import type { ProcessorFigures, ProcessorList, StreamMetrics } from "../api/types";
import { useI18n } from "../i18n/context";
import { count } from "../parts/figures";
import { useRead } from "../parts/useRead";
import { useTitle } from "../parts/useTitle";
import { lagWord, minutesOf } from "../realtime/lags";
import { ProcessorTable } from "../realtime/ProcessorTable";

const EVERY_MS = 10_000;

/** How the event stream and its processors do, live. */
export default function ProcessorsPage() {
  const { m } = useI18n();
  const w = m.realtime;
  useTitle(w.title);
  const metrics = useRead(realtime.metrics);
  const processors = useRead(realtime.processors);
  const [chosen, choose] = useState<string | null>(null);
  const { reload: again } = metrics;
  const { reload: andAgain } = processors;
  useEffect(() => {
    const timer = setInterval(() => {
      // Nobody looks at a hidden page.
      if (document.hidden) return;
      again();
      andAgain();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [again, andAgain]);
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={w.about}>
          {w.title}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Panel title={w.stream} about={`${w.window}. ${w.every}`} reading={metrics}>
          {(found) => <Stream found={found} />}
        </Panel>
        <Panel title={w.title} about={w.window} reading={processors}>
          {(found) => <Processors found={found} wanted={chosen} choose={choose} />}
        </Panel>
      </SpaceBetween>
    </ContentLayout>
  );
}

function Stream({ found }: { found: StreamMetrics }) {
  const { m, language } = useI18n();
  const w = m.realtime;
  const big = (text: string) => <span className="figure">{text}</span>;
  const atWork = found.events_per_second > 0 || found.lag_p95_ms != null;
  return (
    <KeyValuePairs
      columns={3}
      items={[
        { label: w.accepted, value: big(count(found.accepted, language)) },
        { label: w.rate, value: big(count(found.events_per_second, language)) },
        { label: w.worstLag, value: big(lagWord(found.lag_p95_ms, atWork ? 1 : 0, m)) },
        { label: w.refused, value: big(count(found.refused, language)) },
        { label: w.failures, value: big(count(found.failures, language)) },
        { label: w.poison, value: big(count(found.poison, language)) },
      ]}
    />
  );
}

function Processors({
  found,
  wanted,
  choose,
}: {
  found: ProcessorList;
  wanted: string | null;
  choose: (name: string) => void;
}) {
  const chosen = found.items.find(({ name }) => name === wanted) ?? found.items[0];
  if (!chosen) return null;
  return (
    <SpaceBetween size="l">
      <ProcessorTable items={found.items} chosen={chosen} choose={choose} />
      <Minutes of={chosen} found={found} />
    </SpaceBetween>
  );
}

function Minutes({ of, found }: { of: ProcessorFigures; found: ProcessorList }) {
  const { m, say, time, language } = useI18n();
  const w = m.realtime;
  if (of.records === 0) return <Box color="text-body-secondary">{`${say(of.title)}: ${w.nothing}`}</Box>;
  const minutes = minutesOf(of.minutes, found.generated_at, found.window_minutes);
  const first = new Date(minutes[0]?.at ?? 0);
  const last = new Date(minutes.at(-1)?.at ?? 0);
  const shown = (at: Date) => time(at.getTime());
  return (
    <section aria-label={say(of.title)}>
      <Box variant="h3">{say(of.title)}</Box>
      <div className="halves">
        <BarChart
          ariaLabel={`${say(of.title)}: ${w.byMinute}`}
          height={180}
          hideFilter
          hideLegend
          series={[
            {
              title: w.records,
              type: "bar",
              data: minutes.map(({ at, records }) => ({ x: time(at), y: records })),
            },
          ]}
          xDomain={minutes.map(({ at }) => time(at))}
          yTitle={w.byMinute}
          i18nStrings={{ yTickFormatter: (value) => count(value, language) }}
        />
        <LineChart
          ariaLabel={`${say(of.title)}: ${w.lagByMinute}`}
          height={180}
          hideFilter
          hideLegend
          xScaleType="time"
          series={[
            {
              title: w.lagByMinute,
              type: "line",
              data: minutes.flatMap(({ at, lag }) => (lag === null ? [] : [{ x: new Date(at), y: lag }])),
            },
          ]}
          xDomain={[first, last]}
          yTitle={w.lagByMinute}
          i18nStrings={{ xTickFormatter: shown, yTickFormatter: (value) => count(value, language) }}
        />
      </div>
    </section>
  );
}
