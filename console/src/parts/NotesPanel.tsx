import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { api } from "../api/client";
import type { Note } from "../api/types";
import { useI18n } from "../i18n/context";

const LONGEST = 2000;

/** Notes of the call. What is typed is kept until the note is stored. */
export function NotesPanel({
  contactId,
  notes,
  onError,
}: {
  contactId: string;
  notes: Note[];
  onError: (error: unknown) => void;
}) {
  const { m, time } = useI18n();
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const ready = text.trim() !== "" && !busy;

  async function add() {
    setBusy(true);
    try {
      await api.addNote(contactId, text.trim());
      setText("");
    } catch (error) {
      onError(error);
    }
    setBusy(false);
  }

  return (
    <Container header={<Header variant="h2" counter={`(${notes.length})`}>{m.notes}</Header>}>
      <SpaceBetween size="s">
        {notes.length === 0 && <Box color="text-body-secondary">{m.noNotes}</Box>}
        {notes.map((note) => (
          <article key={note.note_id}>
            <Box variant="small" color="text-body-secondary">
              {note.author} · {time(note.created_at)}
            </Box>
            <div className="wrap">{note.text}</div>
          </article>
        ))}
        <FormField label={m.noteLabel} stretch>
          <Textarea
            value={text}
            rows={2}
            onChange={({ detail }) => setText(detail.value.slice(0, LONGEST))}
            onKeyDown={({ detail }) => {
              if (detail.key === "Enter" && detail.ctrlKey && ready) void add();
            }}
          />
        </FormField>
        <div className="phrases" role="group" aria-label={m.phrases}>
          <Button variant="primary" disabled={!ready} loading={busy} onClick={() => void add()}>
            {m.addNote}
          </Button>
          {m.notePhrases.map((phrase) => (
            <Button
              key={phrase}
              iconName="add-plus"
              variant="inline-link"
              onClick={() => setText((known) => (known.trim() ? `${known.trimEnd()}\n${phrase}` : phrase))}
            >
              {phrase}
            </Button>
          ))}
        </div>
      </SpaceBetween>
    </Container>
  );
}
