import Box from "@cloudscape-design/components/box";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import type { Condition, ProcessorFigures } from "../api/types";
import { useNarrow } from "../appearance";
import { useI18n } from "../i18n/context";
import { count } from "../parts/figures";
import { lagWord } from "./lags";

const SIGNS: Record<Condition, StatusIndicatorProps.Type> = {
  idle: "stopped",
  running: "success",
  behind: "warning",
  failing: "error",
};

/** The processors of the stream with what they measured in the window; one may be chosen. */
export function ProcessorTable({
  items,
  chosen,
  choose,
}: {
  items: ProcessorFigures[];
  chosen: ProcessorFigures;
  choose: (name: string) => void;
}) {
  const { m, say, moment, language } = useI18n();
  const w = m.realtime;
  const narrow = useNarrow();
  const state = ({ condition }: ProcessorFigures) => (
    <StatusIndicator type={SIGNS[condition]}>{w[condition]}</StatusIndicator>
  );
  const lag = (of: ProcessorFigures) =>
    of.records === 0
      ? "–"
      : `${lagWord(of.lag_p50_ms, of.records, m)} / ${lagWord(of.lag_p95_ms, of.records, m)}`;
  const number = (value: number) => count(value, language);
  const own = (of: ProcessorFigures) =>
    of.own_us_per_record == null ? "–" : `${number(Math.round(of.own_us_per_record))} ${w.perRecord}`;
  const seen = (of: ProcessorFigures) => (of.last_seen == null ? w.never : moment(of.last_seen));
  const name: TableProps.ColumnDefinition<ProcessorFigures> = {
    id: "name",
    minWidth: 160,
    header: w.processor,
    isRowHeader: true,
    cell: (of) => (
      <>
        {say(of.title)}
        <Box variant="small" display="block">
          {of.name}
        </Box>
      </>
    ),
  };
  const wide: TableProps.ColumnDefinition<ProcessorFigures>[] = [
    name,
    { id: "state", header: w.condition, minWidth: 130, cell: state },
    { id: "records", header: w.records, cell: (of) => number(of.records) },
    { id: "lag", header: w.lag, minWidth: 130, cell: lag },
    { id: "failures", header: w.failures, cell: (of) => number(of.failures) },
    { id: "poison", header: w.poison, cell: (of) => number(of.poison) },
    { id: "duplicates", header: w.duplicates, cell: (of) => number(of.duplicates) },
    { id: "late", header: w.late, cell: (of) => number(of.late) },
    { id: "conflicts", header: w.conflicts, cell: (of) => number(of.conflicts) },
    { id: "own", header: w.ownTime, cell: own },
    { id: "seen", header: w.lastSeen, minWidth: 130, cell: seen },
  ];
  const phone: TableProps.ColumnDefinition<ProcessorFigures>[] = [
    {
      ...name,
      cell: (of) => (
        <>
          {say(of.title)}
          <Box display="block">{state(of)}</Box>
          <Box variant="small" display="block">
            {`${w.records} ${number(of.records)} · ${w.failures} ${number(of.failures)} · ${w.poison} ${number(of.poison)}`}
          </Box>
          <Box variant="small" display="block">{`${w.lag} ${lag(of)}`}</Box>
        </>
      ),
    },
  ];
  return (
    <Table
      items={items}
      trackBy="name"
      variant="embedded"
      wrapLines
      selectionType="single"
      selectedItems={[chosen]}
      onSelectionChange={({ detail }) => detail.selectedItems[0] && choose(detail.selectedItems[0].name)}
      onRowClick={({ detail }) => choose(detail.item.name)}
      ariaLabels={{
        tableLabel: w.title,
        selectionGroupLabel: w.choose,
        itemSelectionLabel: (_, of) => `${w.choose} ${say(of.title)}`,
      }}
      columnDefinitions={narrow ? phone : wide}
    />
  );
}
