import BarChart from "@cloudscape-design/components/bar-chart";
import Box from "@cloudscape-design/components/box";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { Panel } from "../analytics/Panel";
import { useNarrow } from "../appearance";
import type { FeatureUsage, UsageReport } from "../api/types";
import { useI18n } from "../i18n/context";
import { count, microUsd, period, share } from "../parts/figures";
import type { Reading } from "../parts/useRead";
import { byDay, sum } from "./usage";

interface Props {
  reading: Reading<UsageReport>;
}

export function UsagePanels({ reading }: Props) {
  const { m } = useI18n();
  return (
    <SpaceBetween size="l">
      <Panel title={m.aiPeriod} about={m.aiPeriodAbout} reading={reading}>
        {(report) => (
          <SpaceBetween size="m">
            <Figures report={report} />
            <Days report={report} />
          </SpaceBetween>
        )}
      </Panel>
      <Panel title={m.byFeature} about={m.byFeatureAbout} reading={reading}>
        {(report) => <Features report={report} />}
      </Panel>
      <Panel title={m.whyRules} about={m.whyRulesAbout} reading={reading}>
        {(report) => <Reasons report={report} />}
      </Panel>
    </SpaceBetween>
  );
}

function Figures({ report }: { report: UsageReport }) {
  const { m, language } = useI18n();
  const total = sum(report.features);
  const big = (text: string) => <span className="figure">{text}</span>;
  return (
    <KeyValuePairs
      columns={4}
      items={[
        { label: m.answers, value: big(count(total.asked, language)) },
        { label: m.byModelShare, value: big(total.asked ? share(total.by_model / total.asked) : m.nothing) },
        { label: m.cost, value: big(microUsd(total.cost_micro_usd, language)) },
        ...report.latency.map((latency) => ({
          label: latency.source === "model" ? m.latencyModel : m.latencyRules,
          value: (
            <>
              {big(latency.p50_ms === null ? m.nothing : `≤ ${count(latency.p50_ms, language)} ms`)}
              {latency.p95_ms !== null && (
                <Box variant="small" display="block" color="text-body-secondary">
                  95 %: ≤ {count(latency.p95_ms, language)} ms · 99 %: ≤ {count(latency.p99_ms ?? 0, language)} ms
                </Box>
              )}
            </>
          ),
        })),
      ]}
    />
  );
}

function Days({ report }: { report: UsageReport }) {
  const { m, language } = useI18n();
  const days = byDay(report.days);
  if (days.length === 0) return <Box color="text-body-secondary">{m.nobodyAsked}</Box>;
  const named = days.map((day) => ({ ...day, x: period(day.day, language) }));
  return (
    <BarChart
      ariaLabel={m.answersByDay}
      height={180}
      hideFilter
      stackedBars
      xScaleType="categorical"
      xDomain={named.map(({ x }) => x)}
      yDomain={[0, Math.max(1, ...named.map(({ asked }) => asked)) * 1.1]}
      yTitle={m.answersByDay}
      yTickFormatter={(value) => count(value, language)}
      series={[
        { title: m.byModel, type: "bar", data: named.map(({ x, by_model }) => ({ x, y: by_model })) },
        { title: m.byRules, type: "bar", data: named.map(({ x, by_rules }) => ({ x, y: by_rules })) },
      ]}
      detailPopoverSeriesContent={({ series, y }) => ({ key: series.title, value: count(y, language) })}
      detailPopoverFooter={(x) => {
        const day = named.find((item) => item.x === x);
        return day && `${m.cost} ${microUsd(day.cost_micro_usd, language)}`;
      }}
    />
  );
}

function Features({ report }: { report: UsageReport }) {
  const { m, language } = useI18n();
  const narrow = useNarrow();
  const usage = (feature: string): FeatureUsage | undefined => report.features.find((row) => row.feature === feature);
  const numbers = (feature: string) => {
    const row = usage(feature);
    return row ? `${count(row.by_model, language)} / ${count(row.by_rules, language)}` : "0 / 0";
  };
  type Line = UsageReport["budget"][number];
  const name = ({ feature }: Line) => m.features[feature];
  const budget = (line: Line) => (
    <ProgressBar
      ariaLabel={`${m.budgetToday} ${m.features[line.feature]}`}
      value={Math.min(100, (100 * line.used_micro_usd) / Math.max(1, line.limit_micro_usd))}
      additionalInfo={`${m.left} ${microUsd(line.left_micro_usd, language)}`}
    />
  );
  const spent = ({ feature }: Line) => microUsd(usage(feature)?.cost_micro_usd ?? 0, language);
  const wide: TableProps.ColumnDefinition<Line>[] = [
    { id: "feature", header: m.feature, isRowHeader: true, cell: name },
    { id: "answers", header: m.modelAndRules, cell: ({ feature }) => numbers(feature) },
    { id: "cached", header: m.kept, cell: ({ feature }) => count(usage(feature)?.cached ?? 0, language) },
    {
      id: "tokens",
      header: m.tokens,
      cell: ({ feature }) =>
        `${count(usage(feature)?.input_tokens ?? 0, language)} / ${count(usage(feature)?.output_tokens ?? 0, language)}`,
    },
    { id: "cost", header: m.cost, cell: spent },
    { id: "budget", header: m.budgetToday, cell: budget, minWidth: 180 },
  ];
  const phone: TableProps.ColumnDefinition<Line>[] = [
    {
      id: "feature",
      header: m.feature,
      isRowHeader: true,
      cell: (line) => (
        <>
          {name(line)}
          <Box variant="small" display="block">
            {m.modelAndRules} {numbers(line.feature)} · {spent(line)}
          </Box>
          {budget(line)}
        </>
      ),
    },
  ];
  return (
    <Table
      variant="embedded"
      wrapLines
      trackBy="feature"
      items={report.budget}
      ariaLabels={{ tableLabel: m.byFeature }}
      columnDefinitions={narrow ? phone : wide}
    />
  );
}

function Reasons({ report }: { report: UsageReport }) {
  const { m, language } = useI18n();
  return (
    <Table
      variant="embedded"
      wrapLines
      trackBy="reason"
      items={report.fallbacks}
      ariaLabels={{ tableLabel: m.whyRules }}
      empty={<Box textAlign="center">{m.noFallbacks}</Box>}
      columnDefinitions={[
        { id: "reason", header: m.reason, isRowHeader: true, cell: ({ reason }) => m.fallbacks[reason] ?? reason },
        { id: "count", header: m.answers, cell: (row) => count(row.count, language) },
      ]}
    />
  );
}
