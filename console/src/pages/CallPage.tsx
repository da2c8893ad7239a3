import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Grid from "@cloudscape-design/components/grid";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useEffect, useState } from "react";
import { useParams } from "react-router-dom";
import { useI18n } from "../i18n/context";
import { useCall } from "../live/useCall";
import { ActionsPanel } from "../parts/ActionsPanel";
import { CallButtons } from "../parts/CallButtons";
import { InsightsPanel } from "../parts/InsightsPanel";
import { NotesPanel } from "../parts/NotesPanel";
import { ScorePanel } from "../parts/ScorePanel";
import { Transcript } from "../parts/Transcript";

/** One call, live or ended. */
export default function CallPage() {
  const { contactId = "" } = useParams();
  const { m, say, language } = useI18n();
  const { state, error, reload } = useCall(contactId);
  const [problem, setProblem] = useState<string | null>(null);
  const call = state.call;
  const name = call?.customer_name ?? m.unknownCustomer;
  useEffect(() => {
    document.title = call?.score ? `${call.score.value} · ${name} · ${m.product}` : `${name} · ${m.product}`;
  }, [call, name, m]);
  const show = (failure: unknown) => setProblem(failure instanceof Error ? failure.message : String(failure));

  if (error) {
    return (
      <Alert type="error" header={m.failed} action={<Button onClick={reload}>{m.retry}</Button>}>
        {error}
      </Alert>
    );
  }
  if (!call) return <Spinner size="large" />;
  const description = [
    call.phone,
    `${m.agent}: ${call.agent_id ?? "–"}`,
    m[call.status],
    new Date(call.started_at).toLocaleString(language),
  ]
    .filter(Boolean)
    .join(" · ");
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={description} actions={<CallButtons call={call} onError={show} />}>
          {name}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {problem && (
          <Alert type="error" dismissible onDismiss={() => setProblem(null)} header={m.failed}>
            {problem}
          </Alert>
        )}
        {state.alert && (
          <div role="alert">
            <Alert type="warning">{say(state.alert.text)}</Alert>
          </div>
        )}
        <Grid
          gridDefinition={[
            { colspan: { default: 12, m: 7 } },
            { colspan: { default: 12, m: 5 } },
          ]}
        >
          <SpaceBetween size="m">
            <Transcript entries={state.entries} chat={call.channel === "CHAT"} />
            <NotesPanel contactId={contactId} notes={state.notes} onError={show} />
          </SpaceBetween>
          <SpaceBetween size="m">
            <ScorePanel state={state} />
            <ActionsPanel state={state} onError={show} />
            <InsightsPanel call={call} />
          </SpaceBetween>
        </Grid>
      </SpaceBetween>
    </ContentLayout>
  );
}
