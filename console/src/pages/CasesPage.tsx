import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import Tabs from "@cloudscape-design/components/tabs";
import { useCallback, useEffect, useState, type ReactNode } from "react";
import { useSearchParams } from "react-router-dom";
import { useNarrow } from "../appearance";
import { cases } from "../api/cases";
import type { CasePage, CaseState, CaseSummary } from "../api/types";
import { Due } from "../cases/Due";
import { ReviewsWaiting } from "../cases/ReviewsWaiting";
import { span } from "../cases/times";
import { useI18n } from "../i18n/context";
import { PageLink } from "../parts/PageLink";
import { RiskBadge } from "../parts/RiskBadge";
import { Trouble } from "../parts/Trouble";
import { money } from "../parts/figures";
import { usePages } from "../parts/usePages";
import { useTitle } from "../parts/useTitle";

const STATES: CaseState[] = ["open", "assigned", "awaiting_second", "closed"];
const BANDS = ["HIGH", "MEDIUM", "LOW"] as const;
const REFRESH_MS = 30_000;

/** The inbox: suspicious payments by the state in which they are, the soonest due first. */
export default function CasesPage() {
  const { m } = useI18n();
  const [search, setSearch] = useSearchParams();
  useTitle(m.cases.title);
  const given = (name: string) => search.get(name) ?? "";
  const state = STATES.find((known) => known === search.get("state")) ?? "open";
  const assignee = given("assignee");
  const band = given("band");
  const [counts, setCounts] = useState<CasePage["counts"] | null>(null);
  const [now, setNow] = useState(() => Date.now());
  const read = useCallback(
    async (cursor: string | null) => {
      const page = await cases.list({ state, assignee, band }, cursor);
      setCounts(page.counts);
      setNow(Date.now());
      return { items: page.items, next_cursor: page.next_cursor ?? null };
    },
    [state, assignee, band],
  );
  const { items, loading, error, reload, more } = usePages(read);
  useEffect(() => {
    // Only what is seen: a page that was read on stays as it is.
    const timer = setInterval(() => document.visibilityState === "visible" && more === null && reload(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [reload, more]);
  const change = (name: string, value: string) =>
    setSearch(
      (known) => {
        const next = new URLSearchParams(known);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  const list = (
    <SpaceBetween size="m">
      <Filters assignee={assignee} band={band} change={change} />
      <Trouble error={error} retry={reload} />
      <Found
        found={items}
        now={now}
        state={state}
        loading={loading}
        footer={more && <Button onClick={more}>{m.showMore}</Button>}
      />
    </SpaceBetween>
  );
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={<ReviewsWaiting />}
          actions={
            <Button iconName="refresh" loading={loading} onClick={reload}>
              {m.cases.refresh}
            </Button>
          }
        >
          {m.cases.title}
        </Header>
      }
    >
      <Tabs
        ariaLabel={m.cases.title}
        activeTabId={state}
        onChange={({ detail }) => change("state", detail.activeTabId)}
        tabs={STATES.map((id) => ({
          id,
          label: counts ? `${m.cases.tabs[id]} (${counts[id]})` : m.cases.tabs[id],
          content: id === state && list,
        }))}
      />
    </ContentLayout>
  );
}

function Filters({
  assignee,
  band,
  change,
}: {
  assignee: string;
  band: string;
  change: (name: string, value: string) => void;
}) {
  const { m } = useI18n();
  const whose = [
    { value: "", label: m.cases.anybody },
    { value: "me", label: m.cases.me },
    { value: "nobody", label: m.cases.nobody },
  ];
  const bands = [{ value: "", label: m.any }, ...BANDS.map((value) => ({ value, label: m[value] }))];
  return (
    <div className="filters" role="search">
      <FormField label={m.cases.whose}>
        <Select
          selectedOption={whose.find(({ value }) => value === assignee) ?? null}
          options={whose}
          onChange={({ detail }) => change("assignee", detail.selectedOption.value ?? "")}
        />
      </FormField>
      <FormField label={m.cases.band}>
        <Select
          selectedOption={bands.find(({ value }) => value === band) ?? null}
          options={bands}
          onChange={({ detail }) => change("band", detail.selectedOption.value ?? "")}
        />
      </FormField>
    </div>
  );
}

function Found({
  found,
  now,
  state,
  loading,
  footer,
}: {
  found: CaseSummary[];
  now: number;
  state: CaseState;
  loading: boolean;
  footer: ReactNode;
}) {
  const { m, language } = useI18n();
  const narrow = useNarrow();
  const name = (of: CaseSummary) => <PageLink to={`/cases/${of.case_id}`}>{of.merchant}</PageLink>;
  const amount = (of: CaseSummary) => <span className="nowrap">{money(of.amount, of.currency, language)}</span>;
  const score: TableProps.ColumnDefinition<CaseSummary> = {
    id: "score",
    header: m.cases.score,
    cell: (of) => <RiskBadge value={of.score} band={of.band} />,
  };
  const ended: TableProps.ColumnDefinition<CaseSummary>[] =
    state === "closed"
      ? [{ id: "outcome", header: m.cases.outcome, cell: (of) => (of.outcome ? m.cases.outcomes[of.outcome] : "") }]
      : [];
  const wide: TableProps.ColumnDefinition<CaseSummary>[] = [
    { id: "case", header: m.cases.one, isRowHeader: true, cell: name },
    { id: "kind", header: m.cases.kind, cell: (of) => m.cases.kinds[of.kind] ?? of.kind },
    {
      id: "customer",
      header: m.customerId,
      cell: ({ subject: { customer_id: id } }) => <PageLink to={`/customers/${encodeURIComponent(id)}`}>{id}</PageLink>,
    },
    { id: "amount", header: m.cases.atStake, cell: amount },
    score,
    { id: "due", header: m.cases.due, cell: (of) => <Due of={of} now={now} /> },
    {
      id: "age",
      header: m.cases.age,
      cell: (of) => <span className="nowrap">{`${span(now - of.opened_at, m.cases)} ${m.cases.ago}`}</span>,
    },
    { id: "assignee", header: m.cases.whose, cell: (of) => of.assignee ?? m.cases.nobody },
    ...ended,
  ];
  const phone: TableProps.ColumnDefinition<CaseSummary>[] = [
    {
      id: "case",
      header: m.cases.one,
      isRowHeader: true,
      cell: (of) => (
        <>
          {name(of)}
          <Box variant="small" display="block">
            {amount(of)} · <Due of={of} now={now} /> · {of.assignee ?? m.cases.nobody}
            {of.outcome && ` · ${m.cases.outcomes[of.outcome]}`}
          </Box>
        </>
      ),
    },
    { ...score, minWidth: 116 },
  ];
  return (
    <Table
      items={found}
      loading={loading && found.length === 0}
      loadingText={m.loading}
      trackBy="case_id"
      wrapLines
      ariaLabels={{ tableLabel: m.cases.title }}
      header={<Header counter={`(${found.length}${footer ? "+" : ""})`}>{m.cases.found}</Header>}
      empty={<Box textAlign="center">{state === "open" ? m.cases.noneOpen : m.cases.none}</Box>}
      footer={footer ? <Box textAlign="center">{footer}</Box> : undefined}
      columnDefinitions={narrow ? phone : wide}
    />
  );
}
