import Alert from "@cloudscape-design/components/alert";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useState } from "react";
import { useNavigate, useParams } from "react-router-dom";
import { describe } from "../api/problems";
import { useI18n } from "../i18n/context";
import { isLive } from "../live/calls";
import { useDesk } from "../live/desk";
import { useCall } from "../live/useCall";
import { ActionsPanel } from "../parts/ActionsPanel";
import { SpamQuestion } from "../callers/SpamQuestion";
import { CallButtons } from "../parts/CallButtons";
import { CustomerPanel } from "../parts/CustomerPanel";
import { InsightsPanel } from "../parts/InsightsPanel";
import { LiveState } from "../parts/LiveState";
import { NotesPanel } from "../parts/NotesPanel";
import { ScorePanel } from "../parts/ScorePanel";
import { Transcript } from "../parts/Transcript";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { useTitle } from "../parts/useTitle";
import { outcomeWord } from "../parts/words";
import { useSession } from "../session";

/** One call, live or ended. Whoever does not lead it looks on and may write notes. */
export default function CallPage() {
  const { contactId = "" } = useParams();
  return <OneCall key={contactId} contactId={contactId} />;
}

function OneCall({ contactId }: { contactId: string }) {
  const { m, say, moment } = useI18n();
  const { user, isAgent } = useSession();
  const { putAway } = useDesk();
  const navigate = useNavigate();
  const { live, error, reload } = useCall(contactId);
  const [problem, setProblem] = useState<unknown>(null);
  const [alertSeen, setAlertSeen] = useState<unknown>(null);
  const call = live.call;
  const name = call?.customer_name ?? call?.phone ?? m.unknownCustomer;
  useTitle(call?.score && isLive(call) ? `${call.score.value} · ${name}` : name);
  useEffect(() => putAway(contactId), [putAway, contactId]);

  if (!call) return error === null ? <Waiting /> : <Trouble error={error} retry={reload} />;
  const leading = call.agent_id === user?.username;
  const description = [
    m[call.status],
    isLive(call) ? null : outcomeWord(call.outcome, m),
    moment(call.started_at),
    `${m.agent}: ${call.agent_id ?? m.unassigned}`,
  ]
    .filter(Boolean)
    .join(" · ");
  const back = isAgent && leading ? { text: m.calls, href: "/calls" } : { text: m.team, href: "/team" };
  return (
    <SpaceBetween size="s">
      <div className="path">
        <BreadcrumbGroup
          items={[back, { text: name, href: "#" }]}
          onFollow={(event) => {
            event.preventDefault();
            if (event.detail.href !== "#") void navigate(event.detail.href);
          }}
        />
        {isLive(call) && <LiveState />}
      </div>
      <ContentLayout
        header={
          <Header
            variant="h1"
            description={description}
            actions={leading ? <CallButtons call={call} onError={setProblem} /> : undefined}
          >
            {name}
          </Header>
        }
      >
        <SpaceBetween size="m">
          <Trouble error={error} retry={reload} />
          {problem !== null && (
            <div role="alert">
              <Alert type="error" dismissible onDismiss={() => setProblem(null)} header={m.failed}>
                {describe(problem, m)}
              </Alert>
            </div>
          )}
          {!leading && isLive(call) && (
            <Alert type="info">
              {m.lookingOn} {call.agent_id ?? m.unassigned}
            </Alert>
          )}
          <div role="status">
            {live.alert && live.alert !== alertSeen && (
              <Alert type="warning" dismissible onDismiss={() => setAlertSeen(live.alert)}>
                {say(live.alert.text)}
              </Alert>
            )}
          </div>
          <div className="call">
            <div className="call-risk">
              <SpaceBetween size="m">
                <ScorePanel live={live} />
                <ActionsPanel live={live} leading={leading} onError={setProblem} />
              </SpaceBetween>
            </div>
            <div className="call-words">
              <SpaceBetween size="m">
                <Transcript entries={live.entries} chat={call.channel === "CHAT"} />
                <NotesPanel contactId={contactId} notes={live.notes} onError={setProblem} />
              </SpaceBetween>
            </div>
            <div className="call-facts">
              <SpaceBetween size="m">
                <CustomerPanel call={call} />
                {leading && call.phone && <SpamQuestion contactId={contactId} onError={setProblem} />}
                <InsightsPanel call={call} />
              </SpaceBetween>
            </div>
          </div>
        </SpaceBetween>
      </ContentLayout>
    </SpaceBetween>
  );
}
