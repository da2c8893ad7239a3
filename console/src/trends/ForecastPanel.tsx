import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useEffect, useRef } from "react";
import type { TrendForecast, TrendSummary } from "../api/types";
import { useI18n } from "../i18n/context";
import { count, share, shortNumber } from "../parts/figures";
import { clockOf } from "./names";
import { BOTTOM, HEIGHT, LEFT, picture, WIDTH } from "./chart";

/** What is coming, with its interval, and how good earlier forecasts were. */
export function ForecastPanel({ summary }: { summary: TrendSummary }) {
  const { m } = useI18n();
  const w = m.trends;
  return (
    <Container
      header={
        <Header variant="h2" description={`${w.forecastAbout}. ${clockOf(summary, m)}`}>
          {w.forecast}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {summary.forecast ? (
          <SpaceBetween size="m">
            <Bands summary={summary} forecast={summary.forecast} />
            <Made forecast={summary.forecast} />
            <Hours forecast={summary.forecast} />
          </SpaceBetween>
        ) : (
          <Box color="text-body-secondary">{w.noForecast}</Box>
        )}
        <Accuracy summary={summary} />
      </SpaceBetween>
    </Container>
  );
}

function Bands({ summary, forecast }: { summary: TrendSummary; forecast: TrendForecast }) {
  const { m, language } = useI18n();
  const w = m.trends;
  const drawn = picture(summary.hours, forecast, summary.utc_offset_h);
  const scrolled = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // On a phone what is coming comes first.
    const box = scrolled.current;
    if (box) box.scrollLeft = box.scrollWidth - box.clientWidth;
  }, []);
  const day = new Intl.DateTimeFormat(language, { timeZone: "UTC", weekday: "short", day: "numeric" });
  return (
    <figure className="forecast">
      <div ref={scrolled} className="scrolls" tabIndex={0} role="group" aria-label={w.forecast}>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${w.forecast}: ${w.counted}, ${w.expected}, ${w.band}, ${w.naive}`}>
          {drawn.rows.map(({ value, y }) => (
            <g key={value}>
              <line className="grid" x1={LEFT} x2={WIDTH} y1={y} y2={y} />
              <text x={LEFT - 6} y={y + 4} textAnchor="end">
                {shortNumber(value, language)}
              </text>
            </g>
          ))}
          {drawn.columns.map(({ at, x }) => (
            <g key={at}>
              <line className="grid" x1={x} x2={x} y1={4} y2={HEIGHT - BOTTOM + 4} />
              {x < WIDTH - LEFT && (
                <text x={x + 4} y={HEIGHT - 6}>
                  {day.format(at + summary.utc_offset_h * 3_600_000)}
                </text>
              )}
            </g>
          ))}
          <polygon className="band" points={drawn.band} />
          <polyline className="naive" points={drawn.naive} />
          <polyline className="counted" points={drawn.counted} />
          <polyline className="expected" points={drawn.expected} />
          <line className="now" x1={drawn.now} x2={drawn.now} y1={4} y2={HEIGHT - BOTTOM + 4} />
        </svg>
      </div>
      <figcaption>
        {(["counted", "expected", "band", "naive"] as const).map((name) => (
          <span key={name} className={`key key-${name}`}>
            {w[name]}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

function Made({ forecast }: { forecast: TrendForecast }) {
  const { m, moment } = useI18n();
  const w = m.trends;
  return (
    <KeyValuePairs
      columns={3}
      items={[
        { label: w.made, value: moment(forecast.made_at) },
        { label: w.method, value: `${w.methods[forecast.method]}${forecast.version ? ` ${forecast.version}` : ""}` },
        { label: w.stretch, value: `× ${forecast.stretch.toFixed(2)}` },
      ]}
    />
  );
}

function Hours({ forecast }: { forecast: TrendForecast }) {
  const { m, language, moment } = useI18n();
  const w = m.trends;
  const said = (value: number) => count(Math.round(value * 10) / 10, language);
  return (
    <ExpandableSection headerText={w.asTable}>
      <Table
        variant="embedded"
        contentDensity="compact"
        ariaLabels={{ tableLabel: w.forecast }}
        items={forecast.hours}
        trackBy={({ at }) => String(at)}
        columnDefinitions={[
          { id: "hour", header: w.hour, cell: ({ at }) => moment(at), isRowHeader: true },
          { id: "low", header: w.low, cell: ({ low }) => said(low) },
          { id: "expected", header: w.expected, cell: ({ expected }) => said(expected) },
          { id: "high", header: w.high, cell: ({ high }) => said(high) },
          { id: "naive", header: w.naive, cell: ({ naive }) => said(naive) },
        ]}
      />
    </ExpandableSection>
  );
}

function Accuracy({ summary: { accuracy } }: { summary: TrendSummary }) {
  const { m, language } = useI18n();
  const w = m.trends;
  const of = (value: number | null) => (value === null ? m.none : share(value));
  return (
    <section aria-label={w.accuracy}>
      <Box variant="h3">{w.accuracy}</Box>
      {accuracy.coverage === null ? (
        <Box color="text-body-secondary">{w.notJudged}</Box>
      ) : (
        <KeyValuePairs
          columns={4}
          items={[
            { label: w.error, value: <Figure text={of(accuracy.wmape)} parts={accuracy.ahead.map(({ ahead, wmape }) => `${w.ahead[ahead] ?? ""} ${of(wmape)}`)} /> },
            { label: w.naiveError, value: <Figure text={of(accuracy.naive_wmape)} parts={[]} /> },
            { label: w.inside, value: <Figure text={of(accuracy.coverage)} parts={[`${w.promised} ${share(accuracy.nominal, 0)}`]} /> },
            { label: w.forecasts, value: <Figure text={count(accuracy.forecasts, language)} parts={[]} /> },
          ]}
        />
      )}
    </section>
  );
}

function Figure({ text, parts }: { text: string; parts: string[] }) {
  return (
    <>
      <span className="figure">{text}</span>
      {parts.map((part) => (
        <Box key={part} variant="small" display="block" color="text-body-secondary">
          {part}
        </Box>
      ))}
    </>
  );
}
