import BarChart from "@cloudscape-design/components/bar-chart";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import type { TrendSummary } from "../api/types";
import { useI18n } from "../i18n/context";
import { count, period, share } from "../parts/figures";
import { clockOf } from "./names";

// A Monday, to have the days of the week named.
const MONDAY = Date.UTC(2026, 0, 5);
const rounded = (value: number) => Math.round(value * 10) / 10;

/** What the hour of the day and the day of the week make of a series. */
export function SeasonPanel({ summary }: { summary: TrendSummary }) {
  const { seasonality } = summary;
  const { m, language } = useI18n();
  const w = m.trends;
  const weekday = new Intl.DateTimeFormat(language, { timeZone: "UTC", weekday: "short" });
  const strength = (value: number | null) => <span className="figure">{value === null ? w.tooShort : share(value, 0)}</span>;
  const days = seasonality.by_weekday.map((value, i) => ({ x: weekday.format(MONDAY + i * 86_400_000), y: rounded(value ?? 0) }));
  const hours = seasonality.by_hour.map((value, i) => ({ x: String(i), y: rounded(value ?? 0) }));
  return (
    <Container
      header={
        <Header variant="h2" description={`${w.seasonAbout}. ${clockOf(summary, m)}`}>
          {w.season}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={2}
          items={[
            { label: w.dailyStrength, value: strength(seasonality.daily) },
            { label: w.weeklyStrength, value: strength(seasonality.weekly) },
          ]}
        />
        <div className="halves">
          <Bars title={w.byHour} data={hours} headed />
          <Bars title={w.byWeekday} data={days} headed />
        </div>
      </SpaceBetween>
    </Container>
  );
}

function Bars({ title, data, headed = false }: { title: string; data: { x: string; y: number }[]; headed?: boolean }) {
  const { m, language } = useI18n();
  return (
    <section aria-label={title}>
      {headed && (
        <Box variant="h3" padding={{ bottom: "s" }}>
          {title}
        </Box>
      )}
      <BarChart
        ariaLabel={title}
        height={140}
        hideFilter
        hideLegend
        series={[{ title: m.trends.counted, type: "bar", data }]}
        xDomain={data.map(({ x }) => x)}
        yTickFormatter={(value) => count(value, language)}
      />
    </section>
  );
}

/** Whole days, and on which of them the level moved. */
export function DaysPanel({ summary }: { summary: TrendSummary }) {
  const { m, language } = useI18n();
  const w = m.trends;
  const change = (ratio: number) => `${ratio > 1 ? "+" : "−"}${share(Math.abs(ratio - 1), 0)}`;
  return (
    <Container
      header={
        <Header variant="h2" description={`${w.daysAbout}. ${clockOf(summary, m)}`}>
          {w.days}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <Bars title={w.days} data={summary.days.map(({ on, count }) => ({ x: period(on, language), y: count }))} />
        {summary.change_points.length === 0 ? (
          <Box color="text-body-secondary">{w.noChanges}</Box>
        ) : (
          <ul className="told">
            {summary.change_points.map(({ on, before, after, ratio }) => (
              <li key={on}>
                {`${w.changed}: ${period(on, language)}, ${count(rounded(before), language)} → ${count(rounded(after), language)} ${w.aDay} (${change(ratio)})`}
              </li>
            ))}
          </ul>
        )}
      </SpaceBetween>
    </Container>
  );
}

/** Hours that were unlike their like. */
export function UnusualPanel({ summary }: { summary: TrendSummary }) {
  const { m, moment, say } = useI18n();
  const w = m.trends;
  return (
    <Table
      variant="container"
      header={
        <Header variant="h2" description={w.unusualAbout}>
          {w.unusual}
        </Header>
      }
      ariaLabels={{ tableLabel: w.unusual }}
      items={summary.anomalies}
      trackBy={({ at }) => String(at)}
      wrapLines
      empty={<Box color="text-body-secondary">{w.noneUnusual}</Box>}
      columnDefinitions={[
        { id: "when", header: w.when, minWidth: 120, cell: ({ at }) => moment(at), isRowHeader: true },
        { id: "what", header: w.what, minWidth: 150, cell: ({ reason }) => say(reason) },
        { id: "score", header: w.score, minWidth: 110, cell: ({ score }) => `${score > 0 ? "+" : "−"}${Math.abs(score).toFixed(1)}` },
      ]}
    />
  );
}
