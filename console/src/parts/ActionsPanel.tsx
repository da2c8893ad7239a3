import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { api } from "../api/client";
import { useI18n } from "../i18n/context";
import type { LiveCall } from "../live/reducer";

/** Recommended actions, the most urgent first; those answered already are left out. */
export function ActionsPanel({ state, onError }: { state: LiveCall; onError: (error: unknown) => void }) {
  const { m, say } = useI18n();
  const [busy, setBusy] = useState<string | null>(null);
  const answered = new Set(state.actions.map((action) => action.recommendation));
  const open = state.call?.score?.actions.filter((action) => !answered.has(action.code)) ?? [];
  const contactId = state.call?.contact_id ?? "";

  async function answer(code: string, kind: "ACCEPT_RECOMMENDATION" | "DISMISS_RECOMMENDATION") {
    setBusy(code);
    try {
      await api.act(contactId, kind, { recommendation: code });
    } catch (error) {
      onError(error);
    } finally {
      setBusy(null);
    }
  }

  return (
    <Container header={<Header variant="h2">{m.actions}</Header>}>
      {open.length === 0 && <Box color="text-status-inactive">{m.noActions}</Box>}
      <ol className="plain">
        {open.map((action) => (
          <li key={action.code}>
            <SpaceBetween size="xxs">
              <Box variant="p">{say(action.text)}</Box>
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  ariaLabel={`${m.accept}: ${say(action.text)}`}
                  loading={busy === action.code}
                  onClick={() => void answer(action.code, "ACCEPT_RECOMMENDATION")}
                >
                  {m.accept}
                </Button>
                <Button
                  variant="link"
                  ariaLabel={`${m.dismiss}: ${say(action.text)}`}
                  onClick={() => void answer(action.code, "DISMISS_RECOMMENDATION")}
                >
                  {m.dismiss}
                </Button>
              </SpaceBetween>
            </SpaceBetween>
          </li>
        ))}
      </ol>
    </Container>
  );
}
