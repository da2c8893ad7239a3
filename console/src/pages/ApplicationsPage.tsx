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
import { operators, type ApplicationState, type ApplicationTag, type OperatorView } from "../api/onboarding";
import { span } from "../cases/times";
import { useI18n } from "../i18n/context";
import { productName, Tags, WaitsFor } from "../onboarding/words";
import { PageLink } from "../parts/PageLink";
import { Trouble } from "../parts/Trouble";
import { usePages } from "../parts/usePages";
import { useTitle } from "../parts/useTitle";

const VIEWS = ["review", "manual", "outage", "waiting", "all"] as const;
type View = (typeof VIEWS)[number];
const REFRESH_MS = 30_000;
/** Where applications wait for their customers. */
const WAITING: ApplicationState[] = ["phone", "video", "documents"];

/** The operators' inbox: applications by what they need, the last changed first. */
export default function ApplicationsPage() {
  const { m } = useI18n();
  const o = m.onboarding;
  const [search, setSearch] = useSearchParams();
  useTitle(o.applications);
  const view = VIEWS.find((known) => known === search.get("view")) ?? "review";
  const state = search.get("state") ?? "";
  const tag = search.get("tag") ?? "";
  const [now, setNow] = useState(() => Date.now());
  const read = useCallback(
    async (cursor: string | null) => {
      const page = await operators.list(wanted(view, state, tag), cursor);
      setNow(Date.now());
      return { items: page.items, next_cursor: page.next_cursor };
    },
    [view, state, tag],
  );
  const { items, loading, error, reload, more } = usePages(read);
  useEffect(() => {
    // Only what is seen: a page that was read on stays as it is.
    const timer = setInterval(() => document.visibilityState === "visible" && more === null && reload(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [reload, more]);
  const change = (next: Record<string, string>) =>
    setSearch(
      Object.entries(next).filter(([, value]) => value !== ""),
      { replace: true },
    );
  const list = (
    <SpaceBetween size="m">
      {view === "waiting" && (
        <Choice
          label={o.state}
          value={state || "documents"}
          options={WAITING.map((value) => ({ value, label: o.states[value] }))}
          choose={(value) => change({ view, state: value })}
        />
      )}
      {view === "all" && (
        <div className="halves">
          <Choice
            label={o.state}
            value={state}
            options={[{ value: "", label: o.anyState }, ...named(o.states)]}
            choose={(value) => change({ view, state: value, tag })}
          />
          <Choice
            label={o.tags}
            value={tag}
            options={[{ value: "", label: o.anyTag }, ...named(o.tagNames)]}
            choose={(value) => change({ view, state, tag: value })}
          />
        </div>
      )}
      <Trouble error={error} retry={reload} />
      <Found
        found={items}
        now={now}
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
          actions={
            <Button iconName="refresh" loading={loading} onClick={reload}>
              {o.refresh}
            </Button>
          }
        >
          {o.applications}
        </Header>
      }
    >
      <Tabs
        ariaLabel={o.applications}
        activeTabId={view}
        onChange={({ detail }) => change({ view: detail.activeTabId })}
        tabs={VIEWS.map((id) => ({ id, label: o.views[id], content: id === view && list }))}
      />
    </ContentLayout>
  );
}

const named = (names: Record<string, string>) => Object.entries(names).map(([value, label]) => ({ value, label }));

function wanted(view: View, state: string, tag: string): { state?: ApplicationState; tag?: ApplicationTag } {
  switch (view) {
    case "review":
      return { state: "review" };
    case "manual":
      return { tag: "manual_review" };
    case "outage":
      return { tag: "vendor_outage" };
    case "waiting":
      return { state: WAITING.find((known) => known === state) ?? "documents" };
    case "all":
      return { state: state as ApplicationState, tag: tag as ApplicationTag };
  }
}

function Choice({
  label,
  value,
  options,
  choose,
}: {
  label: string;
  value: string;
  options: { value: string; label: string }[];
  choose: (value: string) => void;
}) {
  return (
    <FormField label={label}>
      <Select
        selectedOption={options.find((option) => option.value === value) ?? null}
        options={options}
        onChange={({ detail }) => choose(detail.selectedOption.value ?? "")}
      />
    </FormField>
  );
}

function Found({
  found,
  now,
  loading,
  footer,
}: {
  found: OperatorView[];
  now: number;
  loading: boolean;
  footer: ReactNode;
}) {
  const { m, moment } = useI18n();
  const o = m.onboarding;
  const narrow = useNarrow();
  const name = (of: OperatorView) => (
    <PageLink to={`/applications/${encodeURIComponent(of.application_id)}`}>
      {productName(o, of.product)} · {of.username}
    </PageLink>
  );
  const ago = (of: OperatorView) => (
    <span className="nowrap" title={moment(of.changed_at)}>
      {`${span(now - of.changed_at, m.cases)} ${m.cases.ago}`}
    </span>
  );
  const wide: TableProps.ColumnDefinition<OperatorView>[] = [
    { id: "application", header: o.application, isRowHeader: true, cell: name },
    { id: "state", header: o.state, cell: (of) => o.states[of.state] },
    { id: "tags", header: o.tags, cell: (of) => <Tags tags={of.tags} /> },
    { id: "waits", header: o.waitsFor, cell: (of) => <WaitsFor waiting={of.waiting} state={of.state} /> },
    { id: "changed", header: o.changed, cell: ago },
    { id: "started", header: o.started, cell: (of) => <span className="nowrap">{moment(of.started_at)}</span> },
  ];
  const phone: TableProps.ColumnDefinition<OperatorView>[] = [
    {
      id: "application",
      header: o.application,
      isRowHeader: true,
      cell: (of) => (
        <>
          {name(of)}
          <Box variant="small" display="block">
            {o.states[of.state]} · {ago(of)}
          </Box>
          <Tags tags={of.tags} />
        </>
      ),
    },
  ];
  return (
    <Table
      items={found}
      loading={loading && found.length === 0}
      loadingText={m.loading}
      trackBy="application_id"
      wrapLines
      ariaLabels={{ tableLabel: o.applications }}
      header={<Header counter={`(${found.length}${footer ? "+" : ""})`}>{o.applications}</Header>}
      empty={<Box textAlign="center">{o.none}</Box>}
      footer={footer ? <Box textAlign="center">{footer}</Box> : undefined}
      columnDefinitions={narrow ? phone : wide}
    />
  );
}
