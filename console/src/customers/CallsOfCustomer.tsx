import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import type { CallSummary } from "../api/types";
import { useI18n } from "../i18n/context";
import { PageLink } from "../parts/PageLink";
import { RiskBadge } from "../parts/RiskBadge";
import { outcomeWord } from "../parts/words";

/** The calls of a customer that the reader may see. */
export function CallsOfCustomer({ calls }: { calls: CallSummary[] }) {
  const { m, moment } = useI18n();
  return (
    <Container
      header={
        <Header variant="h2" counter={`(${calls.length})`}>
          {m.calls}
        </Header>
      }
    >
      {calls.length === 0 && <Box color="text-body-secondary">{m.noEarlier}</Box>}
      <ul className="plain">
        {calls.map((call) => (
          <li key={call.contact_id}>
            <PageLink to={`/calls/${encodeURIComponent(call.contact_id)}`}>{moment(call.started_at)}</PageLink> ·{" "}
            {[
              call.status === "ENDED" ? outcomeWord(call.outcome, m) : m[call.status],
              m[call.channel],
              call.agent_id,
            ]
              .filter(Boolean)
              .join(" · ")}{" "}
            {call.score !== null && call.band && <RiskBadge value={call.score} band={call.band} />}
          </li>
        ))}
      </ul>
    </Container>
  );
}
