import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Icon from "@cloudscape-design/components/icon";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { recommendations } from "../api/recommendations";
import type { DismissalReason, Recommendation } from "../api/types";
import { Refusal } from "../cases/Refusal";
import { useAct } from "../cases/useAct";
import { useI18n } from "../i18n/context";
import { Question } from "../parts/Question";
import { share } from "../parts/figures";
import { Useful } from "./Useful";

const REASONS: DismissalReason[] = [
  "not_appropriate",
  "customer_declined",
  "already_done",
  "wrong_evidence",
  "other",
];
const LONGEST = 1000;

/** Something to do: why, on what evidence, and what the reader makes of it. */
export function OneRecommendation({ one, changed }: { one: Recommendation; changed: () => void }) {
  const { m, say, moment } = useI18n();
  const p = m.profile;
  const [asking, setAsking] = useState(false);
  const { busy, refusal, act } = useAct(changed);
  const title = say(one.text);
  return (
    <SpaceBetween size="xs">
      <div>
        <Box variant="h3">{title}</Box>
        <Badge color={one.source === "rule" ? "red" : "blue"}>{one.source === "rule" ? p.byRule : p.byPolicy}</Badge>{" "}
        <Box variant="small" color="text-body-secondary">
          {one.propensity != null && `${p.propensity} ${share(one.propensity, 0)} · `}
          {one.explored && `${p.explored} · `}
          {p.until} {moment(one.expires_at)}
        </Box>
      </div>
      {one.how && <div>{say(one.how)}</div>}
      <ul className="plain" aria-label={m.reasons}>
        {one.reasons.map((reason) => (
          <li key={reason.code} className="reason">
            <span title={reason.direction === "raises" ? p.speaksFor : p.speaksAgainst}>
              <Icon
                name={reason.direction === "raises" ? "arrow-up" : "arrow-down"}
                ariaLabel={reason.direction === "raises" ? p.speaksFor : p.speaksAgainst}
              />
            </span>
            <span>{say(reason.text)}</span>
          </li>
        ))}
      </ul>
      {one.evidence.length > 0 && (
        <ExpandableSection headerText={p.evidence} headerAriaLabel={`${p.evidence}: ${title}`}>
          <ul className="plain">
            {one.evidence.map((fact) => (
              <li key={`${fact.code} ${fact.at ?? ""}`}>
                {say(fact.text)}{" "}
                <Box variant="small" color="text-body-secondary">
                  {[p.sources[fact.source], fact.at == null ? null : moment(fact.at)].filter(Boolean).join(" · ")}
                </Box>
              </li>
            ))}
          </ul>
        </ExpandableSection>
      )}
      <Refusal error={asking ? null : refusal} />
      <SpaceBetween direction="horizontal" size="xs">
        <Button
          iconName="check"
          ariaLabel={`${p.implement}: ${title}`}
          loading={busy === "implement"}
          disabled={busy !== ""}
          onClick={() => void act("implement", () => recommendations.implement(one, ""))}
        >
          {p.implement}
        </Button>
        <Button
          iconName="close"
          ariaLabel={`${p.dismiss}: ${title}`}
          disabled={busy !== ""}
          onClick={() => setAsking(true)}
        >
          {p.dismiss}
        </Button>
      </SpaceBetween>
      <Useful one={one} changed={changed} />
      {asking && (
        <Dismissal
          title={p.dismissTitle}
          busy={busy !== ""}
          refusal={refusal}
          close={() => setAsking(false)}
          answer={(reason, note) => void act("dismiss", () => recommendations.dismiss(one, reason, note))}
        />
      )}
    </SpaceBetween>
  );
}

function Dismissal({
  title,
  busy,
  refusal,
  close,
  answer,
}: {
  title: string;
  busy: boolean;
  refusal: unknown;
  close: () => void;
  answer: (reason: DismissalReason, note: string) => void;
}) {
  const { m } = useI18n();
  const p = m.profile;
  const [reason, setReason] = useState<DismissalReason | null>(null);
  const [note, setNote] = useState("");
  return (
    <Question
      visible
      title={title}
      label={p.dismiss}
      close={close}
      busy={busy}
      ready={reason !== null}
      answer={() => reason && answer(reason, note.trim())}
    >
      <SpaceBetween size="m">
        <Refusal error={refusal} />
        <FormField label={title}>
          <RadioGroup
            value={reason}
            items={REASONS.map((value) => ({ value, label: p.dismissals[value] }))}
            onChange={({ detail }) => setReason(detail.value as DismissalReason)}
          />
        </FormField>
        <FormField label={p.dismissNote} stretch>
          <Textarea value={note} onChange={({ detail }) => setNote(detail.value.slice(0, LONGEST))} />
        </FormField>
      </SpaceBetween>
    </Question>
  );
}
