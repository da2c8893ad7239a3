import BarChart from "@cloudscape-design/components/bar-chart";
import Box from "@cloudscape-design/components/box";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useState } from "react";
import { analytics } from "../api/analytics";
import type { TransactionAnalytics } from "../api/types";
import { useI18n } from "../i18n/context";
import { Shares } from "../parts/Shares";
import { count, money, period, shortNumber } from "../parts/figures";
import { useRead } from "../parts/useRead";
import { Panel } from "./Panel";
import { filled } from "./series";

type By = "day" | "month";
type Currency = TransactionAnalytics["currencies"][number];

/** What was spent over time, on what and how, in one currency at a time. */
export function TransactionsPanel() {
  const { m } = useI18n();
  const [by, setBy] = useState<By>("month");
  const [chosen, choose] = useState("");
  const reading = useRead(useCallback(() => analytics.transactions(by), [by]));
  return (
    <Panel
      title={m.transactions}
      reading={reading}
      actions={
        <SegmentedControl
          selectedId={by}
          label={m.periodLength}
          options={[
            { id: "day", text: m.byDay },
            { id: "month", text: m.byMonth },
          ]}
          onChange={({ detail }) => setBy(detail.selectedId as By)}
        />
      }
    >
      {(found) => {
        const shown = found.currencies.find(({ currency }) => currency === chosen) ?? found.currencies[0];
        if (!shown) return <Box color="text-body-secondary">{m.noTransactions}</Box>;
        return (
          <SpaceBetween size="m">
            {found.currencies.length > 1 && (
              <SegmentedControl
                selectedId={shown.currency}
                label={m.currency}
                options={found.currencies.map(({ currency }) => ({ id: currency, text: currency }))}
                onChange={({ detail }) => choose(detail.selectedId)}
              />
            )}
            <OverTime found={found} shown={shown} />
            <div className="halves">
              <Named title={m.byCategory} words={m.categoryNames} totals={shown.categories} currency={shown.currency} />
              <Named title={m.byChannel} words={m.channelNames} totals={shown.channels} currency={shown.currency} />
            </div>
          </SpaceBetween>
        );
      }}
    </Panel>
  );
}

function OverTime({ found, shown }: { found: TransactionAnalytics; shown: Currency }) {
  const { m, language } = useI18n();
  const periods = filled(shown.series, found.start, found.end, found.by === "day" ? "day" : "month");
  const tell = (amount: number) => money(amount, shown.currency, language);
  const at = (text: string) => period(text, language);
  return (
    <BarChart
      ariaLabel={m.spentOverTime}
      height={220}
      hideFilter
      series={[
        {
          title: m.spent,
          type: "bar",
          data: periods.map((row) => ({ x: at(row.period), y: row.spent })),
          valueFormatter: tell,
        },
        {
          title: m.refunded,
          type: "bar",
          data: periods.map((row) => ({ x: at(row.period), y: row.refunded })),
          valueFormatter: tell,
        },
      ]}
      xDomain={periods.map((row) => at(row.period))}
      yTitle={`${m.spentOverTime} (${shown.currency})`}
      yTickFormatter={(value) => shortNumber(value, language)}
    />
  );
}

function Named({
  title,
  words,
  totals,
  currency,
}: {
  title: string;
  words: Record<string, string>;
  totals: Currency["categories"];
  currency: string;
}) {
  const { m, language } = useI18n();
  return (
    <section aria-label={title}>
      <Box variant="h3">{title}</Box>
      <Shares
        label={title}
        parts={totals.map(({ name, spent, purchases }) => ({
          name: words[name] ?? name,
          size: spent,
          said: `${money(spent, currency, language)} · ${m.purchases} ${count(purchases, language)}`,
        }))}
      />
    </section>
  );
}
