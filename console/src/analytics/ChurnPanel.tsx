import Box from "@cloudscape-design/components/box";
import LineChart from "@cloudscape-design/components/line-chart";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { analytics } from "../api/analytics";
import type { CohortAnalytics, SegmentProfile } from "../api/types";
import { useI18n } from "../i18n/context";
import { activityByAge } from "../insight/shape";
import { Shares } from "../parts/Shares";
import { count, share } from "../parts/figures";
import { useRead } from "../parts/useRead";
import { Panel } from "./Panel";

async function both() {
  const [segments, cohorts] = await Promise.all([analytics.segments(), analytics.cohorts()]);
  return { segments, cohorts };
}

/** How many may leave, and how long those who joined stay active. */
export function ChurnPanel() {
  const { m } = useI18n();
  const w = m.insight;
  const reading = useRead(both);
  return (
    <Panel title={w.churnPanel} about={w.churnPanelAbout} reading={reading}>
      {({ segments, cohorts }) => (
        <div className="halves">
          <Levels whole={segments.whole} />
          <Activity cohorts={cohorts} />
        </div>
      )}
    </Panel>
  );
}

function Levels({ whole: { churn, customers } }: { whole: SegmentProfile }) {
  const { m, language } = useI18n();
  const w = m.insight;
  if (!churn) return <Box color="text-body-secondary">{w.noValueYet}</Box>;
  const said = (number: number) => `${count(number, language)} (${share(number / customers, 0)})`;
  return (
    <SpaceBetween size="s">
      <Box>
        {w.leavers} <span className="figure">{count(Math.round(churn.mean * customers), language)}</span>{" "}
        <Box variant="span" color="text-body-secondary">
          {share(churn.mean)} {w.onMean}
        </Box>
      </Box>
      <Shares
        label={w.byLevel}
        parts={[
          { name: m.HIGH, size: churn.high, said: said(churn.high) },
          { name: m.MEDIUM, size: churn.medium, said: said(churn.medium) },
          { name: m.LOW, size: churn.low, said: said(churn.low) },
        ]}
      />
    </SpaceBetween>
  );
}

function Activity({ cohorts }: { cohorts: CohortAnalytics }) {
  const { m } = useI18n();
  const w = m.insight;
  const ages = activityByAge(cohorts);
  if (ages.length < 2) return <Box color="text-body-secondary">{m.noCohorts}</Box>;
  return (
    <LineChart
      ariaLabel={w.activityByAge}
      height={200}
      hideFilter
      hideLegend
      xScaleType="linear"
      series={[
        {
          title: w.activityByAge,
          type: "line",
          data: ages.map(({ age, share: y }) => ({ x: age, y })),
          valueFormatter: (value) => share(value),
        },
      ]}
      yDomain={[0, 1]}
      xTitle={w.activityByAge}
      xTickFormatter={(value) => (Number.isInteger(value) ? String(value) : "")}
      yTickFormatter={(value) => share(value, 0)}
    />
  );
}
