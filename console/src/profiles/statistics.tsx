// What became of recommendations and what they brought, a table for each question.
import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import type { PolicyEstimate, RecommendationCount, RecommendationEffect, RecommendationStats } from "../api/types";
import { useI18n } from "../i18n/context";
import { count, points, share } from "../parts/figures";

/** The treated against the held out; nothing is claimed before there are enough of both. */
export function Effects({ of }: { of: RecommendationStats }) {
  const { m, language } = useI18n();
  const p = m.profile;
  const { days, holdout, minimum } = of.experiment;
  const rate = ({ customers, rate: of_ }: RecommendationEffect["treated"]) =>
    customers === 0 ? m.nothing : `${of_ == null ? m.nothing : share(of_)} ${p.ofCustomers} ${count(customers, language)}`;
  const columns: TableProps.ColumnDefinition<RecommendationEffect>[] = [
    { id: "outcome", header: p.outcome, isRowHeader: true, minWidth: 130, cell: ({ outcome }) => p.outcomes[outcome] },
    { id: "treated", header: p.treated, minWidth: 110, cell: ({ treated }) => rate(treated) },
    { id: "held_out", header: p.heldOutGroup, minWidth: 110, cell: ({ held_out }) => rate(held_out) },
    {
      id: "difference",
      minWidth: 120,
      header: p.difference,
      cell: ({ difference, low, high }) =>
        difference == null || low == null || high == null
          ? m.nothing
          : `${points(difference)} (${points(low)} – ${points(high)})`,
    },
    {
      id: "verdict",
      minWidth: 160,
      header: p.verdict,
      cell: ({ verdict }) =>
        verdict === "too_few" ? `${p.verdicts.too_few} (${p.needed} ${minimum})` : p.verdicts[verdict],
    },
  ];
  return (
    <Table
      items={of.effects}
      trackBy="outcome"
      wrapLines
      ariaLabels={{ tableLabel: p.effect }}
      header={
        <Header variant="h2" description={`${p.effectAbout}; ${days} ${p.days}; ${share(holdout, 0)} ${p.heldOutShare}`}>
          {p.effect}
        </Header>
      }
      footer={<Box color="text-body-secondary">{p.interval}</Box>}
      columnDefinitions={columns}
    />
  );
}

/** How often each action was recommended, and what became of it. */
export function Actions({ of }: { of: RecommendationStats }) {
  const { m, say, language } = useI18n();
  const p = m.profile;
  const number = (name: "made" | "open" | "implemented" | "dismissed" | "ignored" | "superseded", header: string) => ({
    id: name,
    header,
    minWidth: 90,
    cell: (row: RecommendationCount) => count(row[name], language),
  });
  const columns: TableProps.ColumnDefinition<RecommendationCount>[] = [
    { id: "code", header: p.actionColumn, isRowHeader: true, minWidth: 170, cell: ({ text }) => say(text) },
    number("made", p.made),
    number("open", p.states.open),
    number("implemented", p.states.implemented),
    number("dismissed", p.states.dismissed),
    number("ignored", p.states.ignored),
    number("superseded", p.states.superseded),
    {
      id: "taken",
      minWidth: 150,
      header: p.taken,
      cell: ({ taken, taken_low, taken_high }) =>
        taken == null || taken_low == null || taken_high == null
          ? m.nothing
          : `${share(taken, 0)} (${share(taken_low, 0)} – ${share(taken_high, 0)})`,
    },
    { id: "helpful", header: p.helpful, minWidth: 100, cell: ({ helpful, unhelpful }) => `${helpful} / ${unhelpful}` },
  ];
  return (
    <Table
      items={of.actions}
      trackBy="code"
      wrapLines
      ariaLabels={{ tableLabel: p.recommendations }}
      header={<Header variant="h2">{p.recommendations}</Header>}
      empty={<Box textAlign="center">{p.noneMade}</Box>}
      columnDefinitions={columns}
    />
  );
}

/** What other policies would have brought, estimated from what was logged. */
export function Policies({ of }: { of: RecommendationStats }) {
  const { m, moment, language } = useI18n();
  const p = m.profile;
  const columns: TableProps.ColumnDefinition<PolicyEstimate>[] = [
    { id: "policy", header: p.policy, isRowHeader: true, minWidth: 130, cell: ({ policy }) => p.judged[policy] },
    { id: "outcome", header: p.outcome, minWidth: 120, cell: ({ outcome }) => p.outcomes[outcome] },
    {
      id: "value",
      minWidth: 150,
      header: p.share,
      cell: ({ value, low, high }) =>
        value == null || low == null || high == null ? p.tooFew : `${share(value)} (${share(low)} – ${share(high)})`,
    },
    {
      id: "customers",
      minWidth: 130,
      header: p.basis,
      cell: ({ customers, effective }) => `${count(customers, language)} (${count(Math.round(effective), language)})`,
    },
  ];
  return (
    <Table
      items={of.policies?.items ?? []}
      trackBy={({ policy, outcome }) => `${policy} ${outcome}`}
      wrapLines
      ariaLabels={{ tableLabel: p.policies }}
      header={
        <Header
          variant="h2"
          description={[p.policiesAbout, of.policies ? moment(of.policies.at) : null].filter(Boolean).join(" · ")}
        >
          {p.policies}
        </Header>
      }
      empty={<Box textAlign="center">{p.policiesNone}</Box>}
      columnDefinitions={columns}
    />
  );
}
