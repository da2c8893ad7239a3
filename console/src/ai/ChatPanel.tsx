import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import Textarea, { type TextareaProps } from "@cloudscape-design/components/textarea";
import { useEffect, useRef, useState } from "react";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { ChatTurnItem } from "./ChatTurnItem";
import { useChat } from "./useChat";

const LONGEST = 2000;

/** The chatbot. What was said is read out as it comes; the keyboard stays in the field. */
export function ChatPanel() {
  const { m, language, moment } = useI18n();
  const chat = useChat();
  const [draft, setDraft] = useState("");
  const field = useRef<TextareaProps.Ref>(null);
  const list = useRef<HTMLOListElement>(null);
  const { turns } = chat;
  useEffect(() => {
    list.current?.lastElementChild?.scrollIntoView({ block: "nearest" });
  }, [turns, chat.sending]);

  const send = async (message: string) => {
    if (!message.trim() || message.length > LONGEST || chat.sending) return;
    field.current?.focus();
    if (await chat.say(message, language)) setDraft((now) => (now === message ? "" : now));
  };
  const options = chat.sessions.map((session) => ({
    value: session.session_id,
    label: session.title,
    description: moment(session.started_at),
  }));
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={m.assistantAbout}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button onClick={() => void send(m.wantPerson)} disabled={chat.sending || chat.escalated}>
                {m.talkToPerson}
              </Button>
              <Button iconName="add-plus" onClick={() => chat.open(null)} disabled={chat.sending}>
                {m.newConversation}
              </Button>
            </SpaceBetween>
          }
        >
          {m.assistant}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {options.length > 1 && (
          <FormField label={m.conversations}>
            <Select
              selectedOption={options.find(({ value }) => value === chat.sessionId) ?? null}
              placeholder={m.newConversation}
              options={options}
              onChange={({ detail }) => chat.open(detail.selectedOption.value ?? null)}
            />
          </FormField>
        )}
        <div className="transcript" role="log" aria-label={m.conversation} tabIndex={0}>
          <ol className="plain" ref={list}>
            {turns.map((turn) => (
              <ChatTurnItem key={turn.turn_id} turn={turn} />
            ))}
            {(chat.sending || chat.loading) && (
              <li>
                <Spinner /> {chat.sending ? m.thinking : m.loading}
              </li>
            )}
          </ol>
        </div>
        {turns.length === 0 && !chat.loading && <Box color="text-body-secondary">{m.askAnything}</Box>}
        <div role="status">{chat.escalated && <Alert type="info">{m.personAsked}</Alert>}</div>
        <Trouble error={chat.error} retry={draft ? () => void send(draft) : chat.reload} />
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void send(draft);
          }}
        >
          <FormField
            label={m.yourMessage}
            constraintText={m.messageHint}
            errorText={draft.length > LONGEST ? m.messageTooLong : undefined}
            secondaryControl={
              <Button variant="primary" formAction="submit" loading={chat.sending}>
                {m.send}
              </Button>
            }
          >
            <Textarea
              ref={field}
              value={draft}
              rows={2}
              onChange={({ detail }) => setDraft(detail.value)}
              onKeyDown={(event) => {
                // Enter that ends a Japanese conversion is no wish to send.
                if (event.detail.key !== "Enter" || event.detail.shiftKey || event.detail.isComposing) return;
                event.preventDefault();
                void send(draft);
              }}
            />
          </FormField>
        </form>
      </SpaceBetween>
    </Container>
  );
}
