import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import Icon from "@cloudscape-design/components/icon";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { api } from "../api/client";
import { useI18n } from "../i18n/context";
import type { LiveCall } from "../live/reducer";

type Answer = "ACCEPT_RECOMMENDATION" | "DISMISS_RECOMMENDATION";

/** Recommended actions, the most urgent first, then what was decided about earlier ones. */
export function ActionsPanel({
  live,
  leading,
  onError,
}: {
  live: LiveCall;
  leading: boolean;
  onError: (error: unknown) => void;
}) {
  const { m, say, time } = useI18n();
  const [busy, setBusy] = useState<string | null>(null);
  const answered = new Set(live.actions.map((action) => action.recommendation));
  const open = live.call?.score?.actions.filter((action) => !answered.has(action.code)) ?? [];
  const contactId = live.call?.contact_id ?? "";

  async function answer(code: string, kind: Answer) {
    setBusy(code);
    try {
      await api.act(contactId, kind, { recommendation: code });
    } catch (error) {
      onError(error);
    }
    setBusy(null);
  }

  return (
    <Container header={<Header variant="h2">{m.actions}</Header>}>
      <SpaceBetween size="s">
        {open.length === 0 && <Box color="text-body-secondary">{m.noActions}</Box>}
        {open.length > 0 && (
          <ol className="plain steps">
            {open.map((action) => (
              <li key={action.code}>
                <div>{say(action.text)}</div>
                {leading && (
                  <SpaceBetween direction="horizontal" size="l">
                    <Button
                      variant="inline-link"
                      iconName="check"
                      ariaLabel={`${m.accept}: ${say(action.text)}`}
                      disabled={busy === action.code}
                      onClick={() => void answer(action.code, "ACCEPT_RECOMMENDATION")}
                    >
                      {m.accept}
                    </Button>
                    <Button
                      variant="inline-link"
                      iconName="close"
                      ariaLabel={`${m.dismiss}: ${say(action.text)}`}
                      disabled={busy === action.code}
                      onClick={() => void answer(action.code, "DISMISS_RECOMMENDATION")}
                    >
                      {m.dismiss}
                    </Button>
                  </SpaceBetween>
                )}
              </li>
            ))}
          </ol>
        )}
        {live.actions.length > 0 && (
          <section aria-label={m.decided}>
            <Box variant="h3">{m.decided}</Box>
            <ul className="plain">
              {live.actions.map((action) => (
                <li key={action.action_id} className="reason">
                  <Icon
                    name={
                      action.kind === "ESCALATE"
                        ? "notification"
                        : action.kind === "ACCEPT_RECOMMENDATION"
                          ? "check"
                          : "close"
                    }
                  />
                  <span className="wrap">
                    {action.kind === "ESCALATE"
                      ? `${m.escalated}${action.comment ? `: ${action.comment}` : ""}`
                      : `${m.actionNames[action.recommendation ?? ""] ?? action.recommendation}: ${m[action.kind]}`}{" "}
                    <Box variant="small" color="text-body-secondary">
                      {action.author} · {time(action.created_at)}
                    </Box>
                  </span>
                </li>
              ))}
            </ul>
          </section>
        )}
      </SpaceBetween>
    </Container>
  );
}
