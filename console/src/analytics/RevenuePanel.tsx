import Box from "@cloudscape-design/components/box";
import LineChart from "@cloudscape-design/components/line-chart";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { analytics } from "../api/analytics";
import type { RevenueAnalytics } from "../api/types";
import { useI18n } from "../i18n/context";
import { money, period, share, shortNumber } from "../parts/figures";
import { useRead } from "../parts/useRead";
import { Panel } from "./Panel";

type Currency = RevenueAnalytics["currencies"][number];

/** What each month brought in, its trend, and what the models expect of the next months. */
export function RevenuePanel() {
  const { m } = useI18n();
  const w = m.insight;
  const [chosen, choose] = useState("");
  const reading = useRead(analytics.revenue);
  return (
    <Panel title={w.revenue} about={w.revenueAbout} reading={reading}>
      {({ currencies }) => {
        const shown = currencies.find(({ currency }) => currency === chosen) ?? currencies[0];
        if (!shown) return <Box color="text-body-secondary">{w.noRevenue}</Box>;
        return (
          <SpaceBetween size="m">
            {currencies.length > 1 && (
              <SegmentedControl
                selectedId={shown.currency}
                label={`${w.revenue}: ${m.currency}`}
                options={currencies.map(({ currency }) => ({ id: currency, text: currency }))}
                onChange={({ detail }) => choose(detail.selectedId)}
              />
            )}
            <Chart shown={shown} />
            <Words shown={shown} />
          </SpaceBetween>
        );
      }}
    </Panel>
  );
}

function Chart({ shown: { currency, months, ahead } }: { shown: Currency }) {
  const { m, language } = useI18n();
  const w = m.insight;
  const tell = (amount: number) => money(amount, currency, language);
  const at = (month: string) => period(month, language);
  return (
    <LineChart
      ariaLabel={w.revenue}
      height={220}
      hideFilter
      xScaleType="categorical"
      xDomain={[...new Set([...months, ...ahead].map(({ month }) => month))].sort().map(at)}
      series={[
        { title: w.netSpent, type: "line", data: months.map(({ month, net }) => ({ x: at(month), y: net })), valueFormatter: tell },
        {
          title: w.expectedAhead,
          type: "line",
          data: ahead.map(({ month, expected }) => ({ x: at(month), y: expected })),
          valueFormatter: tell,
        },
      ]}
      yTitle={`${w.netSpent} (${currency})`}
      yTickFormatter={(value) => shortNumber(value, language)}
    />
  );
}

function Words({ shown: { currency, trend, ahead } }: { shown: Currency }) {
  const { m, language } = useI18n();
  const w = m.insight;
  const signed = (amount: number) => `${amount > 0 ? "+" : ""}${money(amount, currency, language)}`;
  return (
    <Box color="text-body-secondary">
      {trend
        ? `${w.trendOf}: ${signed(trend.monthly)} ${w.aMonth}${trend.relative == null ? "" : ` (${share(trend.relative)})`} · ${w.explains} ${share(trend.explained, 0)}`
        : w.noTrend}
      {ahead.length > 0 && <Box display="block">{w.aheadAbout}</Box>}
    </Box>
  );
}
