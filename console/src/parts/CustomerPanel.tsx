import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useState } from "react";
import { api } from "../api/client";
import type { Call } from "../api/types";
import { useI18n } from "../i18n/context";
import { PageLink } from "./PageLink";
import { RiskBadge } from "./RiskBadge";
import { outcomeWord } from "./words";

const MOST_EARLIER = 5;

/** Who is calling, and how earlier calls went. */
export function CustomerPanel({ call }: { call: Call }) {
  const { m, language } = useI18n();
  const names = new Intl.DisplayNames(language, { type: "language" });
  return (
    <Container header={<Header variant="h2">{m.customer}</Header>}>
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={2}
          items={[
            {
              label: m.name,
              value: call.customer_id ? (
                <PageLink to={`/customers/${encodeURIComponent(call.customer_id)}`}>
                  {call.customer_name ?? m.unknownCustomer}
                </PageLink>
              ) : (
                (call.customer_name ?? m.unknownCustomer)
              ),
            },
            { label: m.phone, value: call.phone ?? m.nothing },
            { label: m.customerId, value: call.customer_id ?? m.nothing },
            { label: m.callLanguage, value: names.of(call.language) ?? call.language },
            { label: m.queue, value: [call.queue, m[call.channel]].filter(Boolean).join(" · ") },
          ]}
        />
        {call.customer_id && (
          <PageLink to={`/profiles/${encodeURIComponent(call.customer_id)}`}>{m.profile.openProfile}</PageLink>
        )}
        {call.customer_id && <Earlier key={call.customer_id} customerId={call.customer_id} but={call.contact_id} />}
      </SpaceBetween>
    </Container>
  );
}

function Earlier({ customerId, but }: { customerId: string; but: string }) {
  const { m, moment } = useI18n();
  const [calls, setCalls] = useState<Call[]>([]);
  useEffect(() => {
    let wanted = true;
    api
      .calls({ customer_id: customerId, limit: String(MOST_EARLIER + 1) })
      .then((page) => wanted && setCalls(page.items))
      // The call itself does not depend on what came before it.
      .catch(() => undefined);
    return () => {
      wanted = false;
    };
  }, [customerId]);
  const earlier = calls.filter((call) => call.contact_id !== but).slice(0, MOST_EARLIER);
  return (
    <section aria-label={m.earlierCalls}>
      <Box variant="h3">{m.earlierCalls}</Box>
      {earlier.length === 0 && <Box color="text-body-secondary">{m.noEarlier}</Box>}
      <ul className="plain">
        {earlier.map((call) => (
          <li key={call.contact_id}>
            <PageLink to={`/calls/${encodeURIComponent(call.contact_id)}`}>{moment(call.started_at)}</PageLink> ·{" "}
            {outcomeWord(call.outcome, m)}{" "}
            {call.score && <RiskBadge value={call.score.value} band={call.score.band} />}
          </li>
        ))}
      </ul>
    </section>
  );
}
