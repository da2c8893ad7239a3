import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { operators, type HelpAction, type OperatorView, type ReviewDecision } from "../api/onboarding";
import { Refusal } from "../cases/Refusal";
import { useAct } from "../cases/useAct";
import { useI18n } from "../i18n/context";
import { Question } from "../parts/Question";
import { useSession } from "../session";
import { VideoRoom } from "./VideoRoom";

const LONGEST = 2000;
/** The reasons that go with a decision. */
const REASONS: Record<ReviewDecision, string[]> = {
  approve: ["identity_confirmed", "false_alarm", "documents_in_order", "other"],
  reject: ["identity_doubtful", "duplicate", "not_eligible", "other"],
  revision: ["data_wrong", "signature_wrong", "other"],
};
const DECISIONS = ["approve", "reject", "revision"] as const;

/** What an operator can do in the state in which an application is; nothing where it waits for nobody here. */
export function Work({ of, changed }: { of: OperatorView; changed: () => void }) {
  const { m } = useI18n();
  const { user } = useSession();
  const o = m.onboarding;
  const own = of.username === user?.username;
  if (of.failed_step !== null)
    return (
      <Container header={<Header variant="h2" description={o.helpAbout}>{o.failed}</Header>}>
        {own ? o.ownApplication : <Help of={of} changed={changed} />}
      </Container>
    );
  if (of.state === "review")
    return (
      <Container header={<Header variant="h2">{o.review}</Header>}>
        {own ? o.ownApplication : <Review of={of} changed={changed} />}
      </Container>
    );
  if (of.state === "video" && of.waiting?.what === "video")
    return (
      <Container header={<Header variant="h2" description={o.videoHeldAbout}>{o.videoTitle}</Header>}>
        <Video of={of} changed={changed} />
      </Container>
    );
  return null;
}

function Help({ of, changed }: { of: OperatorView; changed: () => void }) {
  const { m } = useI18n();
  const o = m.onboarding;
  const [text, setText] = useState("");
  const [sure, setSure] = useState(false);
  const { busy, refusal, act } = useAct(changed);
  const said = text.trim() !== "";
  const help = (action: HelpAction) => act(action, () => operators.help(of.application_id, action, text.trim()));
  const step = o.states[of.failed_step as keyof typeof o.states] as string | undefined;
  return (
    <SpaceBetween size="m">
      <div>
        {o.failedAt}: <strong>{step ?? of.failed_step}</strong>
        {of.failed_vendor && (
          <>
            {" "}
            · {o.failedVendor}: <strong>{of.failed_vendor}</strong>
          </>
        )}
      </div>
      <Button variant="primary" iconName="refresh" loading={busy === "retry"} onClick={() => void help("retry")}>
        {o.retry}
      </Button>
      <FormField label={o.helpText} constraintText={o.helpRule} stretch>
        <Textarea value={text} rows={2} onChange={({ detail }) => setText(detail.value.slice(0, LONGEST))} />
      </FormField>
      <Refusal error={refusal} />
      <SpaceBetween direction="horizontal" size="xs">
        <Button disabled={!said} loading={busy === "done"} onClick={() => void help("done")}>
          {o.doneByHand}
        </Button>
        <Button disabled={!said} onClick={() => setSure(true)}>
          {o.giveUp}
        </Button>
      </SpaceBetween>
      <Question
        visible={sure}
        title={o.giveUpSure}
        label={o.giveUp}
        close={() => setSure(false)}
        busy={busy === "cancel"}
        ready
        answer={() => void help("cancel").then(() => setSure(false))}
      >
        {o.giveUpWhat}
      </Question>
    </SpaceBetween>
  );
}

function Review({ of, changed }: { of: OperatorView; changed: () => void }) {
  const { m } = useI18n();
  const o = m.onboarding;
  const [decision, setDecision] = useState<ReviewDecision | null>(null);
  const [reason, setReason] = useState<string | null>(null);
  const [text, setText] = useState("");
  const { busy, refusal, act } = useAct(changed);
  const reasons = (decision ? REASONS[decision] : []).map((value) => ({ value, label: o.reasons[value] ?? value }));
  const ready = decision !== null && reason !== null && (decision === "approve" || text.trim() !== "");
  return (
    <SpaceBetween size="m">
      <FormField label={o.decision} stretch>
        <RadioGroup
          value={decision}
          items={DECISIONS.map((value) => ({ value, label: o.decisions[value], description: o.decisionAbout[value] }))}
          onChange={({ detail }) => {
            setDecision(detail.value as ReviewDecision);
            setReason(null);
          }}
        />
      </FormField>
      <FormField label={o.reason} stretch>
        <Select
          selectedOption={reasons.find(({ value }) => value === reason) ?? null}
          options={reasons}
          disabled={decision === null}
          placeholder={o.pickReason}
          onChange={({ detail }) => setReason(detail.selectedOption.value ?? null)}
        />
      </FormField>
      <FormField label={o.words} constraintText={o.wordsRule} stretch>
        <Textarea value={text} rows={3} onChange={({ detail }) => setText(detail.value.slice(0, LONGEST))} />
      </FormField>
      <Refusal error={refusal} />
      <Button
        variant="primary"
        disabled={!ready}
        loading={busy !== ""}
        onClick={() =>
          decision &&
          reason &&
          void act("review", () => operators.review(of.application_id, decision, reason, text.trim()))
        }
      >
        {o.decide}
      </Button>
    </SpaceBetween>
  );
}

function Video({ of, changed }: { of: OperatorView; changed: () => void }) {
  const { m } = useI18n();
  const { busy, refusal, act } = useAct(changed);
  return (
    <SpaceBetween size="m">
      <VideoRoom entry={() => operators.video(of.application_id)} />
      <Refusal error={refusal} />
      <Button
        variant="primary"
        loading={busy !== ""}
        onClick={() => void act("held", () => operators.videoHeld(of.application_id))}
      >
        {m.onboarding.videoHeld}
      </Button>
    </SpaceBetween>
  );
}
