import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { ai } from "../api/ai";
import { useNarrow } from "../appearance";
import type { Interaction } from "../api/types";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { count, microUsd } from "../parts/figures";
import { usePages } from "../parts/usePages";

/** The ledger, newest first: who asked what, who answered, what it cost. */
export function InteractionsPanel() {
  const { m, moment, language } = useI18n();
  const narrow = useNarrow();
  const pages = usePages(ai.interactions);
  const source = (item: Interaction) => (
    <>
      {item.source === "model" ? (item.model ?? m.byModel) : m.byRules}
      {item.fallback && (
        <Box variant="small" display="block" color="text-body-secondary">
          {m.fallbacks[item.fallback] ?? item.fallback}
        </Box>
      )}
    </>
  );
  const cost = (item: Interaction) =>
    item.cost_micro_usd === null ? m.unknownValue : microUsd(item.cost_micro_usd, language);
  const wide: TableProps.ColumnDefinition<Interaction>[] = [
    { id: "at", header: m.when, isRowHeader: true, cell: (item) => moment(item.at) },
    { id: "who", header: m.who, cell: (item) => item.username },
    { id: "feature", header: m.feature, cell: (item) => m.features[item.feature] },
    { id: "source", header: m.answeredBy, cell: source },
    { id: "prompt", header: m.promptVersion, cell: (item) => item.prompt_version },
    { id: "cost", header: m.cost, cell: cost },
    { id: "ms", header: m.duration, cell: (item) => `${count(item.latency_ms, language)} ms` },
    { id: "helpful", header: m.didItHelp, cell: (item) => (item.helpful === null ? m.nothing : item.helpful ? m.yes : m.no) },
  ];
  const phone: TableProps.ColumnDefinition<Interaction>[] = [
    {
      id: "at",
      header: m.when,
      isRowHeader: true,
      cell: (item) => (
        <>
          {m.features[item.feature]}
          <Box variant="small" display="block" color="text-body-secondary">
            {moment(item.at)} · {item.username}
          </Box>
        </>
      ),
    },
    {
      id: "source",
      header: m.answeredBy,
      cell: (item) => (
        <>
          {source(item)}
          <Box variant="small" display="block">
            {cost(item)} · {count(item.latency_ms, language)} ms
          </Box>
        </>
      ),
    },
  ];
  return (
    <>
      <Trouble error={pages.error} retry={pages.reload} />
      <Table
        wrapLines
        trackBy="interaction_id"
        items={pages.items}
        loading={pages.loading && pages.items.length === 0}
        loadingText={m.loading}
        ariaLabels={{ tableLabel: m.lastAnswers }}
        header={
          <Header variant="h2" description={m.lastAnswersAbout}>
            {m.lastAnswers}
          </Header>
        }
        empty={<Box textAlign="center">{m.nobodyAsked}</Box>}
        columnDefinitions={narrow ? phone : wide}
        footer={
          pages.more && (
            <Box textAlign="center">
              <Button onClick={pages.more}>{m.showMore}</Button>
            </Box>
          )
        }
      />
    </>
  );
}
