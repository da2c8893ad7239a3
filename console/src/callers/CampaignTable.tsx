import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { useCallback, useEffect } from "react";
import { callers } from "../api/callers";
import { useI18n } from "../i18n/context";
import { PageLink } from "../parts/PageLink";
import { Trouble } from "../parts/Trouble";
import { usePages } from "../parts/usePages";

const REFRESH_MS = 30_000;

/** Campaigns, the latest first. */
export function CampaignTable() {
  const { m, moment, say } = useI18n();
  const { items, loading, error, reload, more } = usePages(
    useCallback(async (cursor: string | null) => {
      const page = await callers.campaigns(cursor);
      return { items: page.items, next_cursor: page.next_cursor ?? null };
    }, []),
  );
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && more === null && reload(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [reload, more]);
  return (
    <SpaceBetween size="s">
      <Trouble error={error} retry={reload} />
      <Table
        items={items}
        loading={loading && items.length === 0}
        loadingText={m.loading}
        trackBy="campaign_id"
        wrapLines
        ariaLabels={{ tableLabel: m.callers.campaigns }}
        header={
          <Header counter={`(${items.length}${more ? "+" : ""})`} description={m.callers.campaignsAbout}>
            {m.callers.campaigns}
          </Header>
        }
        empty={<Box textAlign="center">{m.callers.noCampaigns}</Box>}
        footer={more && <Button onClick={more}>{m.showMore}</Button>}
        columnDefinitions={[
          {
            id: "campaign",
            minWidth: 120,
            header: m.callers.campaign,
            isRowHeader: true,
            cell: (of) => <PageLink to={`/callers/campaigns/${of.campaign_id}`}>{moment(of.began)}</PageLink>,
          },
          { id: "numbers", header: m.callers.numbers, minWidth: 80, cell: ({ numbers }) => numbers },
          { id: "why", header: m.callers.why, cell: ({ reasons }) => reasons.map(say).join(" · "), minWidth: 180 },
          {
            id: "state",
            minWidth: 170,
            header: m.callers.last,
            cell: ({ active, last }) => (
              <StatusIndicator type={active ? "in-progress" : "stopped"}>
                {active ? m.callers.active : m.callers.over} · {moment(last)}
              </StatusIndicator>
            ),
          },
          {
            id: "verdict",
            minWidth: 120,
            header: m.callers.verdict,
            cell: ({ verdict }) => (verdict ? m.callers.verdicts[verdict] : m.callers.unjudged),
          },
        ]}
      />
    </SpaceBetween>
  );
}
