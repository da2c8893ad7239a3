import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { callers } from "../api/callers";
import type { CallerFeedbackTaken } from "../api/types";
import { useI18n } from "../i18n/context";
import { PageLink } from "../parts/PageLink";

/** The agent's word on a call: the lists and the model learn from it. It may be changed. */
export function SpamQuestion({ contactId, onError }: { contactId: string; onError: (error: unknown) => void }) {
  const { m, moment } = useI18n();
  const [taken, setTaken] = useState<CallerFeedbackTaken | null>(null);
  const [busy, setBusy] = useState(false);

  async function say(spam: boolean) {
    setBusy(true);
    try {
      setTaken(await callers.feedback(contactId, spam));
    } catch (error) {
      onError(error);
    }
    setBusy(false);
  }

  return (
    <Container header={<Header variant="h2">{m.callers.wasIt}</Header>}>
      <SpaceBetween size="xs">
        <SpaceBetween direction="horizontal" size="xs">
          {[true, false].map((spam) => (
            <Button
              key={String(spam)}
              disabled={busy}
              iconName={taken?.spam === spam ? "check" : undefined}
              ariaLabel={spam ? m.callers.yesSpam : m.callers.noSpam}
              onClick={() => void say(spam)}
            >
              {spam ? m.callers.yesSpam : m.callers.noSpam}
            </Button>
          ))}
        </SpaceBetween>
        <div role="status">
          {taken && (
            <Box variant="small">
              {taken.block
                ? `${m.callers.nowBlocked} ${moment(taken.block.until)}`
                : taken.allow
                  ? `${m.callers.nowAllowed} ${moment(taken.allow.until)}`
                  : m.callers.thanks}{" "}
              <PageLink to={`/callers/${taken.caller}`}>{m.callers.profile}</PageLink>
            </Box>
          )}
        </div>
      </SpaceBetween>
    </Container>
  );
}
