import BarChart from "@cloudscape-design/components/bar-chart";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import type { Overview } from "../api/types";
import { useI18n } from "../i18n/context";
import { Shares } from "../parts/Shares";
import { count, money, period, shortNumber } from "../parts/figures";
import { byCategory, byMonth } from "./spending";

const MONTHS = 18;

/** What a customer spent by month and on what, in one currency at a time. */
export function SpendingPanel({ overview }: { overview: Overview }) {
  const { m } = useI18n();
  const currencies = overview.totals.map((total) => total.currency);
  const [chosen, choose] = useState(currencies[0] ?? "");
  const totals = overview.totals.find(({ currency }) => currency === chosen);
  return (
    <Container header={<Header variant="h2">{m.spending}</Header>}>
      {totals ? (
        <SpaceBetween size="m">
          {currencies.length > 1 && (
            <SegmentedControl
              selectedId={chosen}
              label={m.currency}
              options={currencies.map((id) => ({ id, text: id }))}
              onChange={({ detail }) => choose(detail.selectedId)}
            />
          )}
          <Sums totals={totals} />
          <Months overview={overview} currency={chosen} />
          <Categories overview={overview} currency={chosen} />
        </SpaceBetween>
      ) : (
        <Box color="text-body-secondary">{m.noTransactions}</Box>
      )}
    </Container>
  );
}

function Sums({ totals }: { totals: Overview["totals"][number] }) {
  const { m, language } = useI18n();
  const { currency, purchases, spent, refunds, refunded } = totals;
  return (
    <KeyValuePairs
      columns={2}
      items={[
        { label: m.spent, value: `${money(spent, currency, language)} · ${m.purchases} ${count(purchases, language)}` },
        { label: m.refunded, value: `${money(refunded, currency, language)} · ${m.refunds} ${count(refunds, language)}` },
      ]}
    />
  );
}

function Months({ overview, currency }: { overview: Overview; currency: string }) {
  const { m, language } = useI18n();
  const months = byMonth(overview.spending, currency).slice(-MONTHS);
  const tell = (amount: number) => money(amount, currency, language);
  const at = (month: string) => period(month, language);
  return (
    <BarChart
      ariaLabel={m.spendingByMonth}
      height={200}
      hideFilter
      series={[
        { title: m.spent, type: "bar", data: months.map(({ month, spent }) => ({ x: at(month), y: spent })), valueFormatter: tell },
        {
          title: m.refunded,
          type: "bar",
          data: months.map(({ month, refunded }) => ({ x: at(month), y: refunded })),
          valueFormatter: tell,
        },
      ]}
      xDomain={months.map(({ month }) => at(month))}
      yTitle={`${m.spendingByMonth} (${currency})`}
      yTickFormatter={(value) => shortNumber(value, language)}
    />
  );
}

function Categories({ overview, currency }: { overview: Overview; currency: string }) {
  const { m, language } = useI18n();
  return (
    <section aria-label={m.byCategory}>
      <Box variant="h3">{m.byCategory}</Box>
      <Shares
        label={m.byCategory}
        parts={byCategory(overview.spending, currency).map(({ category, spent }) => ({
          name: m.categoryNames[category] ?? category,
          size: spent,
          said: money(spent, currency, language),
        }))}
      />
    </section>
  );
}
