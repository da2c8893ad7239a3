import BarChart from "@cloudscape-design/components/bar-chart";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { CallerProfile } from "../api/types";
import { useI18n } from "../i18n/context";
import { PageLink } from "../parts/PageLink";
import { count, country, share } from "../parts/figures";

/** What the number's calls are like. */
export function FactsPanel({ of }: { of: CallerProfile }) {
  const { m, moment, language } = useI18n();
  const t = m.callers;
  const { frequency: f, timing, persistence, aggression } = of;
  const measured = (value: number | null | undefined) => (value == null ? t.notMeasured : share(value, 0));
  return (
    <Container header={<Header variant="h2">{t.profile}</Header>}>
      <SpaceBetween size="l">
        <KeyValuePairs
          columns={3}
          items={[
            { label: t.kind, value: t.kinds[of.number_type] ?? of.number_type },
            { label: t.country, value: of.country ? country(of.country, language) : t.notMeasured },
            { label: t.firstSeen, value: of.first_seen == null ? t.never : moment(of.first_seen) },
            { label: t.lastSeen, value: of.last_seen == null ? t.never : moment(of.last_seen) },
            { label: t.frequency, value: `${f.hour} / ${f.day} / ${f.week} / ${f.month} / ${f.total}` },
            { label: t.timing, value: timing.usual_hour == null ? t.notMeasured : `${timing.usual_hour}:00` },
            { label: t.night, value: measured(timing.night_share) },
            {
              label: `${t.regularity} (${t.regularityHint})`,
              value: timing.gap_variation == null ? t.notMeasured : timing.gap_variation.toFixed(2),
            },
            { label: t.persistence, value: measured(persistence.retry_share) },
            { label: t.busiest, value: persistence.most_in_an_hour },
            {
              label: t.aggression,
              value:
                aggression.score == null
                  ? t.notMeasured
                  : `${share(aggression.score, 0)} (${t.aggressionOf} ${aggression.calls})`,
            },
            {
              label: t.customers,
              value:
                of.customers.length === 0
                  ? "–"
                  : of.customers.map((id) => (
                      <PageLink key={id} to={`/customers/${encodeURIComponent(id)}`}>
                        {id}
                      </PageLink>
                    )),
            },
          ]}
        />
        {f.total > 0 && (
          <BarChart
            ariaLabel={t.hours}
            yTickFormatter={(calls) => (Number.isInteger(calls) ? count(calls, language) : "")}
            height={120}
            hideFilter
            hideLegend
            xTitle={t.hour}
            yTitle={t.calls}
            xDomain={timing.by_hour.map((_, hour) => String(hour))}
            yDomain={[0, Math.max(1, ...timing.by_hour)]}
            series={[
              { type: "bar", title: t.calls, data: timing.by_hour.map((y, hour) => ({ x: String(hour), y })) },
            ]}
          />
        )}
      </SpaceBetween>
    </Container>
  );
}
