import Box from "@cloudscape-design/components/box";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import LineChart from "@cloudscape-design/components/line-chart";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { analytics } from "../api/analytics";
import type { Metrics } from "../api/types";
import { useI18n } from "../i18n/context";
import { count, money, period, share } from "../parts/figures";
import { useRead } from "../parts/useRead";
import { Panel } from "./Panel";
import { change } from "./series";

/** The headline figures of this month beside the whole month before. */
export function MetricsPanel() {
  const { m, language } = useI18n();
  const reading = useRead(analytics.metrics);
  const month = reading.value ? period(reading.value.month, language) : "";
  return (
    <Panel title={`${m.thisMonth} ${month}`} about={m.thisMonthAbout} reading={reading}>
      {(metrics) => (
        <SpaceBetween size="m">
          <Figures metrics={metrics} />
          <Active metrics={metrics} />
        </SpaceBetween>
      )}
    </Panel>
  );
}

function Figures({ metrics }: { metrics: Metrics }) {
  const { m, language } = useI18n();
  const active = metrics.active.find(({ month }) => month === metrics.month)?.active ?? 0;
  const big = (text: string) => <span className="figure">{text}</span>;
  return (
    <KeyValuePairs
      columns={4}
      items={[
        { label: m.customers, value: big(count(metrics.customers, language)) },
        { label: m.activeCustomers, value: big(count(active, language)) },
        { label: m.vip, value: big(count(metrics.vip, language)) },
        { label: m.highArrears, value: big(count(metrics.high_risk, language)) },
        ...metrics.currencies.map(({ currency, month, previous, average_purchase }) => {
          const moved = change(month.spent, previous.spent);
          return {
            label: `${m.spent} (${currency})`,
            value: (
              <>
                {big(money(month.spent, currency, language))}
                <Box variant="small" display="block" color="text-body-secondary">
                  {m.monthBefore} {money(previous.spent, currency, language)}
                  {moved !== null && ` (${moved > 0 ? "+" : ""}${share(moved, 0)})`}
                </Box>
                <Box variant="small" display="block" color="text-body-secondary">
                  {m.purchases} {count(month.purchases, language)}
                  {average_purchase !== null && ` · ${m.onAverage} ${money(average_purchase, currency, language)}`}
                </Box>
              </>
            ),
          };
        }),
      ]}
    />
  );
}

function Active({ metrics }: { metrics: Metrics }) {
  const { m, language } = useI18n();
  const months = metrics.active.map(({ month, active }) => ({ x: period(month, language), y: active }));
  if (months.length < 2) return null;
  return (
    <LineChart
      ariaLabel={m.activeByMonth}
      height={160}
      hideFilter
      hideLegend
      xScaleType="categorical"
      series={[{ title: m.activeCustomers, type: "line", data: months }]}
      xDomain={months.map(({ x }) => x)}
      yDomain={[0, Math.max(1, ...months.map(({ y }) => y)) * 1.1]}
      yTitle={m.activeByMonth}
      yTickFormatter={(value) => count(value, language)}
    />
  );
}
