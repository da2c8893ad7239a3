import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useCallback } from "react";
import { operators, type ApplicationEvent, type OperatorView } from "../api/onboarding";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { useRead } from "../parts/useRead";

/** Everything that happened to an application, oldest first, and whether the record is whole. */
export function EventLog({ of }: { of: OperatorView }) {
  const { m } = useI18n();
  const o = m.onboarding;
  const { application_id: id, version } = of;
  // Every event makes a new version: then there is something new to read.
  const { value, error, reload } = useRead(
    useCallback(async () => ({ version, ...(await operators.events(id)) }), [id, version]),
  );
  const counter = value ? `(${value.events.length})` : "";
  return (
    <Container header={<Header variant="h2" counter={counter}>{o.record}</Header>}>
      <SpaceBetween size="m">
        <Trouble error={error} retry={reload} />
        {value &&
          (value.verification.intact ? (
            <StatusIndicator type="success">{o.intact}</StatusIndicator>
          ) : (
            <div role="alert">
              <StatusIndicator type="error">
                {o.broken} {value.verification.broken_at}
              </StatusIndicator>
              <Box variant="small" display="block">
                <span lang="en">{value.verification.problem}</span>
              </Box>
            </div>
          ))}
        <ol className="plain timeline">
          {value?.events.map((event) => (
            <li key={event.seq}>
              <Happened event={event} />
            </li>
          ))}
        </ol>
      </SpaceBetween>
    </Container>
  );
}

function Happened({ event }: { event: ApplicationEvent }) {
  const { m, moment } = useI18n();
  const o = m.onboarding;
  const { text, ...rest } = event.detail ?? {};
  const details = Object.entries(rest).filter(([, value]) => value !== "");
  return (
    <>
      <Box variant="small" color="text-body-secondary">
        {moment(event.at)} · {o.states[event.state]}
      </Box>
      <div>
        <strong>{event.by === "system" ? o.system : event.by === "applicant" ? o.applicant : event.by}</strong> {o.events[event.type]}
      </div>
      {text && <div className="wrap said">{text}</div>}
      {details.length > 0 && (
        <ExpandableSection variant="inline" headerText={o.moreDetails}>
          <ul className="plain">
            {details.map(([name, value]) => (
              <li key={name} className="wrap">
                {o.details[name] ?? name}: {meaning(o, name, value)}
              </li>
            ))}
          </ul>
        </ExpandableSection>
      )}
    </>
  );
}

type Sentences = ReturnType<typeof useI18n>["m"]["onboarding"];

/** A code of the record in the reader's words; what this console does not know stays as it is. */
function meaning(o: Sentences, name: string, value: string): string {
  const known: Record<string, Record<string, string>> = {
    decision: o.decisions,
    code: o.reasons,
    step: o.states,
    kind: o.documentKinds,
  };
  return known[name]?.[value] ?? value;
}
