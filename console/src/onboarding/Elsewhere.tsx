import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { onboarding, type ApplicationView } from "../api/onboarding";
import { describe } from "../api/problems";
import { useI18n } from "../i18n/context";
import { Question } from "../parts/Question";

/** Go on on another device by a link, or take the application back. For who is signed in. */
export function Elsewhere({ view, take }: { view: ApplicationView; take: (view: ApplicationView) => void }) {
  const { m } = useI18n();
  const o = m.onboarding;
  return (
    <SpaceBetween size="m">
      <ExpandableSection headerText={o.elsewhere} variant="footer">
        <SendLink id={view.application_id} />
      </ExpandableSection>
      <Withdraw id={view.application_id} take={take} />
    </SpaceBetween>
  );
}

function SendLink({ id }: { id: string }) {
  const { m } = useI18n();
  const o = m.onboarding;
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<{ good: boolean; text: string } | null>(null);
  async function send() {
    setBusy(true);
    setSaid(null);
    try {
      const { sent } = await onboarding.sendLink(id);
      setSaid({ good: sent, text: sent ? o.linkSent : o.linkNotSent });
    } catch (error) {
      setSaid({ good: false, text: describe(error, m) });
    }
    setBusy(false);
  }
  return (
    <SpaceBetween size="s">
      <div>{o.elsewhereAbout}</div>
      <Button iconName="send" loading={busy} onClick={() => void send()}>
        {o.sendLink}
      </Button>
      <div role="status">{said && <Alert type={said.good ? "success" : "warning"}>{said.text}</Alert>}</div>
    </SpaceBetween>
  );
}

function Withdraw({ id, take }: { id: string; take: (view: ApplicationView) => void }) {
  const { m } = useI18n();
  const o = m.onboarding;
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  async function withdraw() {
    setBusy(true);
    setFailure(null);
    try {
      take(await onboarding.withdraw(id));
      setAsked(false);
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  }
  return (
    <>
      <Button variant="inline-link" onClick={() => setAsked(true)}>
        {o.withdraw}
      </Button>
      <Question
        visible={asked}
        title={o.withdrawSure}
        label={o.withdrawYes}
        close={() => setAsked(false)}
        busy={busy}
        ready
        answer={() => void withdraw()}
      >
        <SpaceBetween size="s">
          <div>{o.withdrawWhat}</div>
          <div role="alert">{failure !== null && <Alert type="error">{describe(failure, m)}</Alert>}</div>
        </SpaceBetween>
      </Question>
    </>
  );
}
