import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import LineChart from "@cloudscape-design/components/line-chart";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useI18n } from "../i18n/context";
import type { LiveCall } from "../live/reducer";

/** The score now and during the call, and why. */
export function ScorePanel({ state }: { state: LiveCall }) {
  const { m, say } = useI18n();
  const score = state.call?.score;
  const scored = state.entries.filter((entry) => entry.score != null);
  const points = scored.map((entry) => ({ x: entry.end_ms / 60_000, y: entry.score ?? 0 }));
  const last = points.at(-1)?.x ?? 1;
  return (
    <Container
      header={
        <Header
          variant="h2"
          info={score?.model.synthetic ? <Badge color="grey">{m.synthetic}</Badge> : undefined}
        >
          {m.risk}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <div aria-live="polite" role="status">
          {score ? (
            <SpaceBetween direction="horizontal" size="s" alignItems="center">
              <span data-testid="score">
                <Box variant="span" fontSize="display-l" fontWeight="bold">
                  {score.value}
                </Box>
              </span>
              <StatusIndicator
                type={score.band === "HIGH" ? "error" : score.band === "MEDIUM" ? "warning" : "success"}
              >
                {m[score.band]}
              </StatusIndicator>
            </SpaceBetween>
          ) : (
            <Box color="text-status-inactive">
              {state.call?.analysis === "FAILED" ? m.analysisFailed : m.noScore}
            </Box>
          )}
        </div>
        {score && score.reasons.length > 0 && (
          <div>
            <Box variant="h3">{m.reasons}</Box>
            <ul className="plain">
              {score.reasons.map((reason) => (
                <li key={reason.code}>
                  <StatusIndicator
                    type={reason.direction === "raises" ? "warning" : "success"}
                    iconAriaLabel={m[reason.direction]}
                  >
                    {say(reason.text)}
                  </StatusIndicator>
                </li>
              ))}
            </ul>
          </div>
        )}
        {points.length > 1 && (
          <LineChart
            ariaLabel={m.scoreHistory}
            height={160}
            hideFilter
            hideLegend
            series={[
              { title: m.scoreAxis, type: "line", data: points },
              { title: m.thresholdHigh, type: "threshold", y: 70 },
              { title: m.thresholdMedium, type: "threshold", y: 40 },
            ]}
            xDomain={[0, Math.max(last, 0.5)]}
            yDomain={[0, 100]}
            xTitle={m.timeAxis}
            yTitle={m.scoreAxis}
            xTickFormatter={(value) => value.toFixed(1)}
          />
        )}
      </SpaceBetween>
    </Container>
  );
}
