import Alert from "@cloudscape-design/components/alert";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useCallback, useState } from "react";
import { useNavigate, useParams } from "react-router-dom";
import { callers } from "../api/callers";
import { ApiProblem } from "../api/client";
import type { CampaignDetail, CampaignVerdict } from "../api/types";
import { Network } from "../callers/Network";
import { short } from "../callers/words";
import { useI18n } from "../i18n/context";
import { PageLink } from "../parts/PageLink";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { useRead } from "../parts/useRead";
import { useTitle } from "../parts/useTitle";
import { useSession } from "../session";

/** One campaign: why these numbers are one, as a picture and as a table, and what a person says of it. */
export default function CampaignPage() {
  const { campaignId = "" } = useParams();
  return <OneCampaign key={campaignId} campaignId={campaignId} />;
}

/** What cannot be the id of a campaign is none. */
function found(campaignId: string): Promise<CampaignDetail> {
  if (/^c_[0-9a-f]{20}$/.test(campaignId)) return callers.campaign(campaignId);
  return Promise.reject(new ApiProblem(404, { type: "not-found" }));
}

function OneCampaign({ campaignId }: { campaignId: string }) {
  const { m, moment, say } = useI18n();
  const { isLead } = useSession();
  const navigate = useNavigate();
  const { value, error, reload } = useRead(useCallback(() => found(campaignId), [campaignId]));
  const [problem, setProblem] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  useTitle(m.callers.campaign);
  if (!value)
    return error === null ? (
      <Waiting />
    ) : (
      <SpaceBetween size="s">
        <Header variant="h1">{m.callers.campaign}</Header>
        <Trouble error={error} retry={reload} />
        <PageLink to="/callers">{m.callers.campaigns}</PageLink>
      </SpaceBetween>
    );

  async function judge(verdict: CampaignVerdict) {
    setBusy(true);
    try {
      await callers.judge(campaignId, verdict);
      setProblem(null);
      reload();
    } catch (failure) {
      setProblem(failure);
    }
    setBusy(false);
  }

  const title = `${m.callers.campaign} · ${moment(value.began)}`;
  return (
    <SpaceBetween size="s">
      <BreadcrumbGroup
        items={[
          { text: m.callers.title, href: "/callers" },
          { text: title, href: "#" },
        ]}
        onFollow={(event) => {
          event.preventDefault();
          if (event.detail.href !== "#") void navigate(event.detail.href);
        }}
      />
      <ContentLayout
        header={
          <Header
            variant="h1"
            description={`${value.numbers} ${m.callers.ofNumbers} · ${value.active ? m.callers.active : m.callers.over} · ${
              m.callers.last
            } ${moment(value.last)}`}
            actions={
              isLead && (
                <SpaceBetween direction="horizontal" size="xs">
                  <Button disabled={busy || value.verdict === "spam"} onClick={() => void judge("spam")}>
                    {m.callers.callSpam}
                  </Button>
                  <Button disabled={busy || value.verdict === "wanted"} onClick={() => void judge("wanted")}>
                    {m.callers.callWanted}
                  </Button>
                </SpaceBetween>
              )
            }
          >
            {title}
          </Header>
        }
      >
        <SpaceBetween size="m">
          <Trouble error={error ?? problem} retry={reload} />
          <div role="status">
            <Alert type={value.verdict === "spam" ? "warning" : "info"}>
              {value.verdict
                ? `${m.callers.verdict}: ${m.callers.verdicts[value.verdict]} (${m.callers.judged}: ${value.verdict_by})`
                : m.callers.unjudged}
            </Alert>
          </div>
          <Container header={<Header variant="h2">{m.callers.why}</Header>}>
            <SpaceBetween size="s">
              <ul className="plain">
                {value.reasons.map((reason) => (
                  <li key={reason.en}>{say(reason)}</li>
                ))}
              </ul>
              <Network of={value} />
            </SpaceBetween>
          </Container>
          <Members of={value} />
        </SpaceBetween>
      </ContentLayout>
    </SpaceBetween>
  );
}

function Members({ of }: { of: CampaignDetail }) {
  const { m, moment } = useI18n();
  const links = new Map<string, number>();
  for (const { one, other } of of.edges) for (const end of [one, other]) links.set(end, (links.get(end) ?? 0) + 1);
  return (
    <Table
      items={of.members}
      trackBy="caller"
      wrapLines
      ariaLabels={{ tableLabel: m.callers.members }}
      header={<Header counter={`(${of.members.length})`}>{m.callers.members}</Header>}
      columnDefinitions={[
        {
          id: "number",
          header: m.callers.number,
          isRowHeader: true,
          cell: ({ caller }) => <PageLink to={`/callers/${caller}`}>{short(caller)}</PageLink>,
        },
        { id: "why", header: m.callers.joinedBy, minWidth: 130, cell: ({ evidence }) => m.callers.evidence[evidence] },
        { id: "links", header: m.callers.links, minWidth: 90, cell: ({ caller }) => links.get(caller) ?? 0 },
        { id: "last", header: m.callers.last, minWidth: 110, cell: ({ last }) => moment(last) },
      ]}
    />
  );
}
