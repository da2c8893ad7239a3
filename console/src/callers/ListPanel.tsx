import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useCallback, useState } from "react";
import { callers } from "../api/callers";
import type { ListEntry, ListName } from "../api/types";
import { useI18n } from "../i18n/context";
import { PageLink } from "../parts/PageLink";
import { Trouble } from "../parts/Trouble";
import { usePages } from "../parts/usePages";
import { useSession } from "../session";
import { short } from "./words";

/** The numbers on one of the lists, the newest first. */
export function ListPanel({ list }: { list: ListName }) {
  const { m, moment } = useI18n();
  const { isLead } = useSession();
  const [problem, setProblem] = useState<unknown>(null);
  const [now] = useState(() => Date.now());
  const { items, loading, error, reload, more } = usePages(
    useCallback(
      async (cursor: string | null) => {
        const page = await callers.entries(list, cursor);
        return { items: page.items, next_cursor: page.next_cursor ?? null };
      },
      [list],
    ),
  );
  const remove = (entry: ListEntry) =>
    callers.remove(entry.caller, list).then(() => {
      setProblem(null);
      reload();
    }, setProblem);
  return (
    <SpaceBetween size="s">
      <Trouble error={error ?? problem} retry={reload} />
      <Table
        items={items}
        loading={loading && items.length === 0}
        loadingText={m.loading}
        trackBy="caller"
        wrapLines
        ariaLabels={{ tableLabel: m.callers[list] }}
        header={<Header counter={`(${items.length}${more ? "+" : ""})`}>{m.callers[list]}</Header>}
        empty={<Box textAlign="center">{m.callers.noEntries}</Box>}
        footer={more && <Button onClick={more}>{m.showMore}</Button>}
        columnDefinitions={[
          {
            id: "number",
            header: m.callers.number,
            isRowHeader: true,
            cell: ({ caller }) => <PageLink to={`/callers/${caller}`}>{short(caller)}</PageLink>,
          },
          {
            id: "until",
            minWidth: 130,
            header: m.callers.until,
            cell: ({ until }) => `${moment(until)}${until <= now ? ` (${m.callers.expired})` : ""}`,
          },
          {
            id: "by",
            minWidth: 130,
            header: m.callers.by,
            cell: ({ by, reason }) => `${by === "feedback" ? m.callers.feedback : by}${reason ? `: ${reason}` : ""}`,
          },
          ...(isLead
            ? [
                {
                  id: "remove",
                  minWidth: 100,
                  header: m.callers.remove,
                  cell: (entry: ListEntry) => (
                    <Button
                      variant="inline-link"
                      ariaLabel={`${m.callers.remove}: ${short(entry.caller)}`}
                      onClick={() => void remove(entry)}
                    >
                      {m.callers.remove}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
    </SpaceBetween>
  );
}
