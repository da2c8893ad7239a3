import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useEffect, useState, type ReactNode } from "react";
import { useNavigate } from "react-router-dom";
import { useNarrow } from "../appearance";
import type { Call } from "../api/types";
import { useI18n } from "../i18n/context";
import { isLive } from "../live/calls";
import { RiskBadge } from "./RiskBadge";
import { outcomeWord, sentimentWord, signed } from "./words";

export type Column = "risk" | "agent" | "status" | "sentiment" | "started" | "duration" | "outcome";

const STATUS: Record<Call["status"], StatusIndicatorProps.Type> = {
  RINGING: "pending",
  ACTIVE: "in-progress",
  ENDED: "stopped",
};

/** The time, a few times a minute. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Calls as a table; a phone shows who and how risky, with the rest below the name. */
export function CallTable({
  calls,
  title,
  empty,
  loading,
  columns,
  footer,
}: {
  calls: Call[];
  title: string;
  empty: string;
  loading: boolean;
  columns: Column[];
  footer?: ReactNode;
}) {
  const { m, moment, length } = useI18n();
  const navigate = useNavigate();
  const narrow = useNarrow();
  const now = useNow();

  const cells: Record<Column, { header: string; cell: (call: Call) => ReactNode }> = {
    risk: {
      header: m.risk,
      cell: (call) => (call.score ? <RiskBadge value={call.score.value} band={call.score.band} /> : m.unscored),
    },
    agent: { header: m.agent, cell: (call) => call.agent_id ?? m.unassigned },
    status: {
      header: m.status,
      cell: (call) =>
        call.escalated && isLive(call) ? (
          <StatusIndicator type="error">{m.escalated}</StatusIndicator>
        ) : (
          <StatusIndicator type={STATUS[call.status]}>{m[call.status]}</StatusIndicator>
        ),
    },
    sentiment: {
      header: m.sentiment,
      cell: ({ insights }) =>
        insights.sentiment.customer == null
          ? m.nothing
          : `${sentimentWord(insights.sentiment.customer, m)} (${signed(insights.sentiment.customer)})`,
    },
    started: { header: m.started, cell: (call) => moment(call.started_at) },
    duration: {
      header: m.duration,
      cell: (call) => length((call.ended_at ?? Math.max(now, call.started_at)) - call.started_at),
    },
    outcome: { header: m.outcome, cell: (call) => outcomeWord(call.outcome, m) },
  };
  const name = (call: Call) => (
    <Link
      href={`/calls/${encodeURIComponent(call.contact_id)}`}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(`/calls/${encodeURIComponent(call.contact_id)}`);
      }}
    >
      {call.customer_name ?? call.phone ?? m.unknownCustomer}
    </Link>
  );
  const shown = narrow ? columns.filter((column) => column === "risk") : columns;
  const below = columns.filter((column) => !shown.includes(column));
  const definitions: TableProps.ColumnDefinition<Call>[] = [
    {
      id: "customer",
      header: m.customer,
      isRowHeader: true,
      cell: (call) =>
        narrow ? (
          <>
            {name(call)}
            <Box variant="small" display="block">
              {below.map((column) => (
                <span key={column} className="aside">
                  {cells[column].cell(call)}
                </span>
              ))}
            </Box>
          </>
        ) : (
          name(call)
        ),
    },
    ...shown.map((id) => ({ id, ...cells[id] })),
  ];
  return (
    <Table
      items={calls}
      loading={loading && calls.length === 0}
      loadingText={m.loading}
      trackBy="contact_id"
      wrapLines
      ariaLabels={{ tableLabel: title }}
      header={<Header counter={`(${calls.length})`}>{title}</Header>}
      empty={<Box textAlign="center">{empty}</Box>}
      footer={footer ? <Box textAlign="center">{footer}</Box> : undefined}
      columnDefinitions={definitions}
    />
  );
}
