import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import Table from "@cloudscape-design/components/table";
import { useNavigate } from "react-router-dom";
import type { Call } from "../api/types";
import { useI18n } from "../i18n/context";
import { RiskBadge } from "./RiskBadge";

/** Calls as a table; a phone shows the same with fewer columns. */
export function CallTable({
  calls,
  title,
  empty,
  loading,
  showAgent,
}: {
  calls: Call[];
  title: string;
  empty: string;
  loading: boolean;
  showAgent: boolean;
}) {
  const { m, language } = useI18n();
  const navigate = useNavigate();
  return (
    <Table
      items={calls}
      loading={loading && calls.length === 0}
      loadingText={m.loading}
      trackBy="contact_id"
      wrapLines
      header={<Header counter={`(${calls.length})`}>{title}</Header>}
      empty={<Box textAlign="center">{empty}</Box>}
      columnDefinitions={[
        {
          id: "customer",
          header: m.customer,
          isRowHeader: true,
          cell: (call) => (
            <Link
              href={`/calls/${call.contact_id}`}
              onFollow={(event) => {
                event.preventDefault();
                void navigate(`/calls/${call.contact_id}`);
              }}
            >
              {call.customer_name ?? call.phone ?? m.unknownCustomer}
            </Link>
          ),
        },
        {
          id: "risk",
          header: m.risk,
          cell: (call) => (call.score ? <RiskBadge value={call.score.value} band={call.score.band} /> : "–"),
        },
        ...(showAgent
          ? [{ id: "agent", header: m.agent, cell: (call: Call) => call.agent_id ?? "–" }]
          : []),
        {
          id: "status",
          header: m.status,
          cell: (call) => `${m[call.status]}${call.escalated ? ` · ${m.escalated}` : ""}`,
        },
        {
          id: "started",
          header: m.started,
          cell: (call) => new Date(call.started_at).toLocaleString(language),
        },
      ]}
    />
  );
}
