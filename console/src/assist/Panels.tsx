import Alert from "@cloudscape-design/components/alert";
import BarChart from "@cloudscape-design/components/bar-chart";
import Box from "@cloudscape-design/components/box";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import LineChart from "@cloudscape-design/components/line-chart";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { AssistPanels } from "../api/types";
import { useI18n } from "../i18n/context";
import { count, money, period, points, share, shortNumber } from "../parts/figures";
import { Shares } from "../parts/Shares";
import { Shell } from "./Shell";

const LEVELS = { alert: "error", notice: "warning", good: "success" } as const;

export function InsightsPanel({ panel }: { panel: AssistPanels["insights"] }) {
  const { m, say } = useI18n();
  const w = m.assist;
  const { insights, missing } = panel;
  return (
    <Shell title={w.insights} age={panel} empty={insights.length === 0}>
      <ul className="assist-list">
        {insights.map((insight) => (
          <li key={insight.code}>
            <StatusIndicator type={LEVELS[insight.level]}>{say(insight.text)}</StatusIndicator>
          </li>
        ))}
      </ul>
      {missing.length > 0 && (
        <Alert type="info">
          {w.missing} {missing.map((name) => w.names[name]).join(", ")}
        </Alert>
      )}
    </Shell>
  );
}

export function KpisPanel({ panel }: { panel: AssistPanels["kpis"] }) {
  const { m, say, language } = useI18n();
  const kpis = panel.kpis;
  const tell = (unit: string, value: number) =>
    unit === "money" ? money(value, panel.currency ?? "EUR", language) : unit === "share" ? share(value) : count(value, language);
  const month = panel.month ? ` · ${period(panel.month, language)}` : "";
  return (
    <Shell title={`${m.assist.kpis}${month}`} age={panel} empty={kpis.length === 0}>
      <KeyValuePairs
        columns={2}
        items={kpis.map(({ code, name, unit, value, previous }) => ({
          id: code,
          label: say(name),
          value: (
            <>
              {tell(unit, value)}{" "}
              {typeof previous === "number" && (
                <Box variant="small" color="text-body-secondary">
                  {m.assist.before} {tell(unit, previous)}
                </Box>
              )}
            </>
          ),
        }))}
      />
    </Shell>
  );
}

export function RevenuePanel({ panel }: { panel: AssistPanels["revenue"] }) {
  const { m, language } = useI18n();
  const w = m.assist;
  const { trend, mix, change } = panel;
  const currency = panel.currency ?? "EUR";
  const at = (month: string) => period(month, language);
  return (
    <Shell title={w.revenue} age={panel} empty={trend.length === 0}>
      <SpaceBetween size="s">
        {typeof change === "number" && (
          <Box>
            {w.change} <b>{points(change)} %</b>
          </Box>
        )}
        <LineChart
          ariaLabel={w.revenue}
          height={150}
          hideFilter
          hideLegend
          xScaleType="categorical"
          xDomain={trend.map(({ month }) => at(month))}
          series={[
            {
              title: `${w.revenue} (${currency})`,
              type: "line",
              data: trend.map(({ month, amount }) => ({ x: at(month), y: amount })),
              valueFormatter: (amount) => money(amount, currency, language),
            },
          ]}
          yTickFormatter={(value) => shortNumber(value, language)}
        />
        <Shares
          label={w.mix}
          parts={mix.map(({ name, amount, share: part }) => ({ name, size: amount, said: `${money(amount, currency, language)} · ${share(part, 0)}` }))}
        />
        <Others currencies={panel.other_currencies} />
      </SpaceBetween>
    </Shell>
  );
}

function Others({ currencies }: { currencies: string[] }) {
  const { m } = useI18n();
  if (currencies.length === 0) return null;
  return (
    <Box variant="small" color="text-body-secondary">
      {m.assist.otherCurrencies} {currencies.join(", ")}
    </Box>
  );
}

export function TransactionsPanel({ panel }: { panel: AssistPanels["transactions"] }) {
  const { m, language } = useI18n();
  const w = m.assist;
  const { months, outgoing } = panel;
  const currency = panel.currency ?? "EUR";
  const at = (month: string) => period(month, language);
  const tell = (amount: number) => money(amount, currency, language);
  return (
    <Shell title={w.transactions} age={panel} empty={months.length === 0}>
      <SpaceBetween size="s">
        <KeyValuePairs
          columns={2}
          items={[
            { label: w.payments, value: count(panel.payments, language) },
            { label: w.largest, value: typeof panel.largest === "number" ? tell(panel.largest) : "–" },
          ]}
        />
        <BarChart
          ariaLabel={w.transactions}
          height={150}
          hideFilter
          xDomain={months.map(({ month }) => at(month))}
          series={[
            { title: w.incoming, type: "bar", data: months.map(({ month, incoming }) => ({ x: at(month), y: incoming })), valueFormatter: tell },
            { title: w.outgoing, type: "bar", data: months.map(({ month, outgoing: out }) => ({ x: at(month), y: out })), valueFormatter: tell },
          ]}
          yTickFormatter={(value) => shortNumber(value, language)}
        />
        <Shares
          label={w.spentOn}
          parts={outgoing.map(({ name, amount, share: part }) => ({ name, size: amount, said: `${tell(amount)} · ${share(part, 0)}` }))}
        />
        <Others currencies={panel.other_currencies} />
      </SpaceBetween>
    </Shell>
  );
}

export function InhibitsPanel({ panel }: { panel: AssistPanels["inhibits"] }) {
  const { m, language } = useI18n();
  const { active, lifted } = panel;
  return (
    <Shell title={m.assist.inhibits} age={panel} empty={active.length + lifted.length === 0}>
      <ul className="assist-list">
        {[...active, ...lifted].map((block) => (
          <li key={`${block.code} ${block.set_on}`}>
            <StatusIndicator type={block.lifted_on ? "stopped" : "error"}>{block.description}</StatusIndicator>{" "}
            <Box variant="small" color="text-body-secondary">
              {block.code} · {m.assist.since} {day(block.set_on, language)}
              {block.lifted_on ? ` · ${m.assist.lifted} ${day(block.lifted_on, language)}` : ""}
            </Box>
          </li>
        ))}
      </ul>
    </Shell>
  );
}

export function JourneyPanel({ panel }: { panel: AssistPanels["journey"] }) {
  const { m, moment } = useI18n();
  const w = m.assist;
  const steps = panel.steps;
  return (
    <Shell title={w.journey} age={panel} empty={steps.length === 0}>
      <ol className="assist-list">
        {steps.slice(0, 12).map((step) => (
          <li key={`${step.at} ${step.touchpoint}`}>
            <StatusIndicator type={step.outcome === "abandoned" ? "warning" : "success"}>
              {w.stages[step.stage] ?? step.stage}: {w.touchpoints[step.touchpoint] ?? step.touchpoint}
            </StatusIndicator>{" "}
            <Box variant="small" color="text-body-secondary">
              {moment(step.at)}
            </Box>
          </li>
        ))}
      </ol>
    </Shell>
  );
}

export function ComplaintsPanel({ panel }: { panel: AssistPanels["complaints"] }) {
  const { m, language } = useI18n();
  const w = m.assist;
  const items = panel.items;
  // A count of what could not be read is none.
  const known = panel.state !== "unavailable";
  return (
    <Shell title={`${w.complaints}${known ? ` (${count(panel.open, language)} ${w.open})` : ""}`} age={panel} empty={items.length === 0}>
      <ul className="assist-list">
        {items.map((item) => (
          <li key={item.complaint_id}>
            <StatusIndicator type={item.closed_on ? "stopped" : "warning"}>{item.category}</StatusIndicator>{" "}
            <Box variant="small" color="text-body-secondary">
              {item.complaint_id} · {w.since} {day(item.opened_on, language)}
              {item.closed_on ? ` · ${w.closed} ${day(item.closed_on, language)}` : ""}
            </Box>
            {item.summary && <div>{item.summary}</div>}
          </li>
        ))}
      </ul>
    </Shell>
  );
}

/** "2026-01-31" with its year. */
function day(text: string, language: "en" | "ja"): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }).format(new Date(`${text}T00:00:00Z`));
}
