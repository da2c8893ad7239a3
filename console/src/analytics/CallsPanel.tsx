import BarChart from "@cloudscape-design/components/bar-chart";
import Box from "@cloudscape-design/components/box";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { analytics } from "../api/analytics";
import type { CallAnalytics } from "../api/types";
import { useI18n } from "../i18n/context";
import { Shares, type Part } from "../parts/Shares";
import { count, period, share } from "../parts/figures";
import { useRead } from "../parts/useRead";
import { outcomeWord } from "../parts/words";
import { Panel } from "./Panel";

const BANDS = ["HIGH", "MEDIUM", "LOW"] as const;

/** Calls of the last 30 days: how many, how long, how they ended, how risky. */
export function CallsPanel() {
  const { m } = useI18n();
  const w = m.insight;
  const reading = useRead(analytics.calls);
  return (
    <Panel title={w.callsPanel} about={w.callsPanelAbout} reading={reading}>
      {(found) =>
        found.totals.calls === 0 ? (
          <Box color="text-body-secondary">{w.noCallsYet}</Box>
        ) : (
          <SpaceBetween size="m">
            <Figures found={found} />
            <ByDay found={found} />
            <Dimensions found={found} />
          </SpaceBetween>
        )
      }
    </Panel>
  );
}

function Figures({ found }: { found: CallAnalytics }) {
  const { m, language, length } = useI18n();
  const big = (text: string) => <span className="figure">{text}</span>;
  return (
    <KeyValuePairs
      columns={2}
      items={[
        { label: m.calls, value: big(count(found.totals.calls, language)) },
        { label: m.insight.handlingTime, value: big(length(found.mean_handled_ms ?? 0)) },
      ]}
    />
  );
}

function ByDay({ found }: { found: CallAnalytics }) {
  const { m, language } = useI18n();
  return (
    <BarChart
      ariaLabel={m.insight.callsByDay}
      height={160}
      hideFilter
      hideLegend
      series={[
        {
          title: m.calls,
          type: "bar",
          data: found.days.map(({ day, calls }) => ({ x: period(day, language), y: calls })),
        },
      ]}
      xDomain={found.days.map(({ day }) => period(day, language))}
      yTitle={m.insight.callsByDay}
    />
  );
}

function Dimensions({ found }: { found: CallAnalytics }) {
  const { m, language } = useI18n();
  const w = m.insight;
  const all = found.totals.calls;
  const part = (name: string, calls: number): Part => ({
    name,
    size: calls,
    said: `${count(calls, language)} (${share(calls / all, 0)})`,
  });
  const band = (value: string) => {
    const known = BANDS.find((name) => name === value);
    return known ? m[known] : w.unscoredCalls;
  };
  const lengthOf = (from: number, to: number | null | undefined) =>
    to == null ? `${from} ${w.minutes} ${w.orMore}` : `${from}–${to} ${w.minutes}`;
  return (
    <div className="halves">
      <Named title={w.byOutcome} parts={found.outcomes.map(({ value, calls }) => part(outcomeWord(value === "NONE" ? null : value, m), calls))} />
      <Named title={w.byRisk} parts={found.bands.map(({ value, calls }) => part(band(value), calls))} />
      <Named title={w.byLength} parts={found.lengths.map(({ from_minutes, to_minutes, calls }) => part(lengthOf(from_minutes, to_minutes), calls))} />
      <Named title={w.byTeam} parts={found.teams.map(({ team, calls }) => part(team === "-" ? w.noTeam : team, calls))} />
    </div>
  );
}

function Named({ title, parts }: { title: string; parts: Part[] }) {
  return (
    <section aria-label={title}>
      <Box variant="h3">{title}</Box>
      <Shares label={title} parts={parts} />
    </section>
  );
}
