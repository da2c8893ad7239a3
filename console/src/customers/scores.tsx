// The answers of the models about one customer, a panel for each question.
import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Icon from "@cloudscape-design/components/icon";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import LineChart from "@cloudscape-design/components/line-chart";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import { Panel } from "../analytics/Panel";
import { ApiProblem } from "../api/client";
import type { ActionAnswer, CustomerSummary, Explanation, SegmentAnswer, SpendAnswer, ValueAnswer } from "../api/types";
import { useI18n } from "../i18n/context";
import { Level } from "../insight/Level";
import { PageLink } from "../parts/PageLink";
import { money, period, share, shortNumber } from "../parts/figures";
import type { Reading } from "../parts/useRead";

/** The question, the model that answers it with its version, and its answer; or plainly that it has none. */
function Asked<T extends { version: string; synthetic: boolean }>({
  title,
  about,
  model,
  reading,
  none,
  children,
}: {
  title: string;
  about: string;
  model: string;
  reading: Reading<T>;
  none?: string;
  children: (answer: T) => ReactNode;
}) {
  const { m } = useI18n();
  // 422 is the models' way to say that they cannot say anything about this customer.
  const inapplicable = reading.error instanceof ApiProblem && reading.error.status === 422;
  const shown: Reading<T | "none"> = inapplicable ? { ...reading, error: null, value: "none" } : reading;
  return (
    <Panel
      title={title}
      about={about}
      reading={shown}
      actions={<ModelLink name={model} version={reading.value?.version} synthetic={reading.value?.synthetic} />}
    >
      {(answer) =>
        answer === "none" ? (
          <Box color="text-body-secondary">
            {m.insight.notApplicable}. {none}
          </Box>
        ) : (
          children(answer)
        )
      }
    </Panel>
  );
}

function ModelLink({ name, version, synthetic }: { name: string; version?: string; synthetic?: boolean }) {
  const { m } = useI18n();
  return (
    <span className="nowrap">
      {synthetic && <Badge color="grey">{m.syntheticShort}</Badge>}{" "}
      <PageLink to={`/models/${name}`}>{[name, version].filter(Boolean).join(" ")}</PageLink>
    </span>
  );
}

function Big({ children }: { children: ReactNode }) {
  return <span className="figure">{children}</span>;
}

export function ChurnPanel({ reading }: { reading: Reading<Explanation> }) {
  const { m, say } = useI18n();
  const w = m.insight;
  const { value } = reading;
  const told = { ...reading, value: value && { ...value, version: value.score.version, synthetic: value.score.synthetic } };
  return (
    <Asked title={w.churn} about={w.churnAbout} model="churn" reading={told}>
      {({ score, level, changes }) => (
        <SpaceBetween size="s">
          <Big>
            <Level probability={score.probability} level={level} />
          </Big>
          <section aria-label={m.reasons}>
            <Box variant="h3">{m.reasons}</Box>
            <ul className="plain">
              {score.reasons.length === 0 && <li>{w.noReasons}</li>}
              {score.reasons.map((reason) => {
                const raises = reason.direction === "raises";
                return (
                  <li key={reason.code} className="reason">
                    <Icon name={raises ? "arrow-up" : "arrow-down"} />
                    <span>
                      {say(reason)}{" "}
                      <Box variant="small" color="text-body-secondary">
                        {raises ? m.raisesProbability : m.lowersProbability}
                      </Box>
                    </span>
                  </li>
                );
              })}
            </ul>
          </section>
          <section aria-label={w.whatWouldChange}>
            <Box variant="h3">{w.whatWouldChange}</Box>
            <ul className="plain">
              {changes.length === 0 && <li>{w.nothingWouldChange}</li>}
              {changes.map((change) => (
                <li key={change.field}>
                  {say(change.then)}{" "}
                  <Box variant="small" color="text-body-secondary">
                    {w.insteadOf} {say(change.now)}
                  </Box>
                  <Box display="block">
                    {w.then} {share(change.probability)}
                  </Box>
                </li>
              ))}
            </ul>
          </section>
        </SpaceBetween>
      )}
    </Asked>
  );
}

export function ValuePanel({ reading, currency }: { reading: Reading<ValueAnswer>; currency: string | null }) {
  const { m, language } = useI18n();
  const w = m.insight;
  return (
    <Asked title={w.lifetimeValue} about={w.lifetimeValueAbout} model="lifetime_value" reading={reading}>
      {(answer) => (
        <KeyValuePairs
          columns={3}
          items={[
            {
              label: w.value12m,
              value: <Big>{currency ? money(answer.value, currency, language) : shortNumber(answer.value, language)}</Big>,
            },
            { label: w.purchasesExpected, value: shortNumber(answer.purchases, language) },
            { label: w.stillActive, value: share(answer.probability_active, 0) },
          ]}
        />
      )}
    </Asked>
  );
}

export function SegmentPanel({ reading }: { reading: Reading<SegmentAnswer> }) {
  const { m, say } = useI18n();
  const w = m.insight;
  return (
    <Asked title={m.segment} about={w.segmentAbout} model="segmentation" reading={reading} none={w.noPurchase}>
      {(answer) => (
        <SpaceBetween size="s">
          <Big>{say(answer.name)}</Big>
          <ul className="plain">
            {answer.reasons.map((text) => (
              <li key={text.en}>{say(text)}</li>
            ))}
          </ul>
          <Box color="text-body-secondary">
            {w.runnerUp}: {answer.runner_up}
            {answer.margin < 0.2 ? ` (${w.tossUp})` : ""}
          </Box>
        </SpaceBetween>
      )}
    </Asked>
  );
}

export function SpendPanel({ reading, currency }: { reading: Reading<SpendAnswer>; currency: string | null }) {
  const { m, language } = useI18n();
  const w = m.insight;
  const tell = (amount: number) => (currency ? money(amount, currency, language) : shortNumber(amount, language));
  const about = `${w.spendForecastAbout} ${reading.value ? share(reading.value.coverage, 0) : m.nothing}`;
  return (
    <Asked title={w.spendForecast} about={about} model="spend_forecast" reading={reading}>
      {({ months }) => (
        <ul className="plain">
          {months.map(({ month, expected, low, high }) => (
            <li key={month} className="path">
              <span>{period(month, language)}</span>
              <span>
                <Box variant="strong">{tell(expected)}</Box>{" "}
                <Box variant="small" color="text-body-secondary">
                  {tell(low)} – {tell(high)}
                </Box>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Asked>
  );
}

export function ActionPanel({ reading }: { reading: Reading<ActionAnswer> }) {
  const { m, say } = useI18n();
  const w = m.insight;
  return (
    <Asked title={w.nextAction} about={w.nextActionAbout} model="next_best_action" reading={reading}>
      {(answer) => (
        <SpaceBetween size="s">
          <Big>{say(answer.text)}</Big>
          <ul className="plain">
            {answer.reasons.map((text) => (
              <li key={text.en}>{say(text)}</li>
            ))}
          </ul>
          <Box color="text-body-secondary">
            {w.chosenWith} {share(answer.propensity, 0)}
            {answer.explored ? ` (${w.explored})` : ""}
          </Box>
        </SpaceBetween>
      )}
    </Asked>
  );
}

export function HistoryPanel({ reading }: { reading: Reading<CustomerSummary> }) {
  const { m, language } = useI18n();
  const w = m.insight;
  const at = (day: Date) => new Intl.DateTimeFormat(language, { month: "short", day: "numeric", timeZone: "UTC" }).format(day);
  return (
    <Panel title={w.history} about={w.historyAbout} reading={reading}>
      {({ history }) =>
        history.length < 2 ? (
          <Box color="text-body-secondary">{w.historyShort}</Box>
        ) : (
          <LineChart
            ariaLabel={w.probabilityOfLeaving}
            height={180}
            hideFilter
            hideLegend
            xScaleType="time"
            series={[
              {
                title: w.probabilityOfLeaving,
                type: "line",
                data: history.map(({ day, churn }) => ({ x: new Date(`${day}T00:00:00Z`), y: churn })),
                valueFormatter: (value) => share(value),
              },
            ]}
            xTickFormatter={at}
            yTitle={w.probabilityOfLeaving}
            yTickFormatter={(value) => share(value, 0)}
          />
        )
      }
    </Panel>
  );
}
