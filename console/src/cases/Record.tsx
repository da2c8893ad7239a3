import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { cases } from "../api/cases";
import type { CaseDetail, CaseEvent } from "../api/types";
import { useI18n } from "../i18n/context";
import { Refusal } from "./Refusal";
import { useAct } from "./useAct";

const LONGEST = 2000;

/** Everything that was done to a case, oldest first, whether it is as it was written, and room for a comment. */
export function Record({ detail, changed }: { detail: CaseDetail; changed: () => void }) {
  const { m } = useI18n();
  const { verification } = detail;
  return (
    <Container header={<Header variant="h2" counter={`(${detail.events.length})`}>{m.cases.record}</Header>}>
      <SpaceBetween size="m">
        {verification.intact ? (
          <StatusIndicator type="success">{m.cases.intact}</StatusIndicator>
        ) : (
          <div role="alert">
            <StatusIndicator type="error">
              {m.cases.broken} {verification.broken_at}
            </StatusIndicator>
            <Box variant="small" display="block">
              <span lang="en">{verification.problem}</span>
            </Box>
          </div>
        )}
        <ol className="plain timeline">
          {detail.events.map((event) => (
            <li key={event.seq}>
              <Happened event={event} />
            </li>
          ))}
        </ol>
        <Comment caseId={detail.case.case_id} changed={changed} />
      </SpaceBetween>
    </Container>
  );
}

function Happened({ event }: { event: CaseEvent }) {
  const { m, moment } = useI18n();
  const who = event.by === "system" ? m.cases.system : event.by;
  const type = event.type === "assigned" && !event.assignee ? "unassigned" : event.type;
  const what = [m.cases.events[type], event.assignee, event.outcome && m.cases.outcomes[event.outcome]];
  return (
    <>
      <Box variant="small" color="text-body-secondary">
        {moment(event.at)}
      </Box>
      <div>
        <strong>{who}</strong> {what.filter(Boolean).join(" ")}
        {event.reason_code && ` · ${m.cases.codes[event.reason_code]}`}
      </div>
      {event.text && <div className="wrap said">{event.text}</div>}
    </>
  );
}

function Comment({ caseId, changed }: { caseId: string; changed: () => void }) {
  const { m } = useI18n();
  const [text, setText] = useState("");
  const { busy, refusal, act } = useAct(changed);
  const ready = text.trim() !== "" && !busy;
  const add = async () => {
    if (await act("comment", () => cases.comment(caseId, text.trim()))) setText("");
  };
  return (
    <SpaceBetween size="s">
      <Refusal error={refusal} />
      <FormField label={m.cases.comment} stretch>
        <Textarea
          value={text}
          rows={2}
          onChange={({ detail }) => setText(detail.value.slice(0, LONGEST))}
          onKeyDown={({ detail }) => {
            if (detail.key === "Enter" && detail.ctrlKey && ready) void add();
          }}
        />
      </FormField>
      <Button disabled={!ready} loading={busy !== ""} onClick={() => void add()}>
        {m.cases.addComment}
      </Button>
    </SpaceBetween>
  );
}
