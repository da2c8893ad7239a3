import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import Icon from "@cloudscape-design/components/icon";
import LineChart from "@cloudscape-design/components/line-chart";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { Band, CustomerData, Reason } from "../api/types";
import { useI18n } from "../i18n/context";
import type { LiveCall } from "../live/reducer";

const BAND: Record<Band, StatusIndicatorProps.Type> = { HIGH: "error", MEDIUM: "warning", LOW: "success" };
const HIGH = 70;
const MEDIUM = 40;

/** The score now and during the call, and why. */
export function ScorePanel({ live }: { live: LiveCall }) {
  const { m } = useI18n();
  const score = live.call?.score;
  return (
    <Container
      header={
        <Header variant="h2" info={score?.model.synthetic ? <Badge color="grey">{m.synthetic}</Badge> : undefined}>
          {m.risk}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <div role="status" aria-live="polite" aria-atomic="true">
          {score ? (
            <div className="score">
              <span data-testid="score" className="score-value">
                {score.value}
              </span>
              <Box color="text-body-secondary">{m.outOf}</Box>
              <StatusIndicator type={BAND[score.band]}>{m[score.band]}</StatusIndicator>
            </div>
          ) : (
            <Box color="text-body-secondary">{live.call?.analysis === "FAILED" ? m.analysisFailed : m.noScore}</Box>
          )}
        </div>
        {score && <Known data={score.customer_data} />}
        {score && score.reasons.length > 0 && <Reasons reasons={score.reasons} />}
        <History live={live} />
      </SpaceBetween>
    </Container>
  );
}

/** What the score knows beside the conversation; nothing where nobody is linked to the call. */
function Known({ data }: { data: CustomerData | undefined }) {
  const { m } = useI18n();
  if (data === "unavailable") return <StatusIndicator type="warning">{m.scoredWithoutCustomer}</StatusIndicator>;
  if (data !== "record" && data !== "transactions") return null;
  return (
    <Box variant="small" color="text-body-secondary">
      {data === "record" ? m.scoredByRecord : m.scoredByEverything}
    </Box>
  );
}

function Reasons({ reasons }: { reasons: Reason[] }) {
  const { m, say } = useI18n();
  return (
    <section aria-label={m.reasons}>
      <Box variant="h3">{m.reasons}</Box>
      <ul className="plain">
        {reasons.map((reason) => {
          const raises = reason.direction === "raises";
          return (
            <li key={reason.code} className="reason">
              <Icon name={raises ? "arrow-up" : "arrow-down"} variant={raises ? "warning" : "success"} />
              <span>
                {say(reason.text)}{" "}
                <Box variant="small" color="text-body-secondary">
                  {m[reason.direction]}
                </Box>
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function History({ live }: { live: LiveCall }) {
  const { m } = useI18n();
  const scored = live.entries.filter((entry) => entry.score != null);
  const first = live.call?.channel === "CHAT" ? (scored[0]?.begin_ms ?? 0) : 0;
  const points = scored.map((entry) => ({ x: (entry.end_ms - first) / 60_000, y: entry.score ?? 0 }));
  const last = points.at(-1);
  if (points.length < 2 || !last) return null;
  return (
    <LineChart
      ariaLabel={m.scoreHistory}
      height={150}
      hideFilter
      hideLegend
      series={[
        { title: m.scoreAxis, type: "line", data: points },
        { title: m.thresholdHigh, type: "threshold", y: HIGH },
        { title: m.thresholdMedium, type: "threshold", y: MEDIUM },
      ]}
      xDomain={[0, Math.max(last.x, 0.5)]}
      yDomain={[0, 100]}
      xTitle={m.timeAxis}
      yTitle={m.scoreHistory}
      xTickFormatter={(value) => value.toFixed(1)}
    />
  );
}
