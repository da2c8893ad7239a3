import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { useEffect, useRef } from "react";
import type { TimelineEntry } from "../api/types";
import { useI18n } from "../i18n/context";

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** What is said, as it is said. It follows the end unless the reader has scrolled up. */
export function Transcript({ entries, chat }: { entries: TimelineEntry[]; chat: boolean }) {
  const { m } = useI18n();
  const box = useRef<HTMLDivElement>(null);
  const follow = useRef(true);
  useEffect(() => {
    if (follow.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [entries]);
  return (
    <Container header={<Header variant="h2">{m.transcript}</Header>}>
      <div
        ref={box}
        className="transcript"
        role="log"
        aria-live="off"
        aria-label={m.transcript}
        tabIndex={0}
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          follow.current = scrollHeight - scrollTop - clientHeight < 60;
        }}
      >
        {entries.length === 0 && <Box color="text-body-secondary">{m.noTranscript}</Box>}
        {entries.map((entry) => (
          <article key={entry.segment_id} className={`turn ${entry.role.toLowerCase()} ${entry.partial ? "partial" : ""}`}>
            <div className="turn-head">
              <b>{m[entry.role]}</b>
              {!chat && <span>{clock(entry.begin_ms)}</span>}
              {entry.partial && <span>{m.speaking}</span>}
              {entry.sentiment && entry.sentiment !== "NEUTRAL" && (
                <Badge color={entry.sentiment === "POSITIVE" ? "green" : "red"}>{m[entry.sentiment]}</Badge>
              )}
              {entry.payment_trouble && <Badge color="severity-high">{m.paymentTrouble}</Badge>}
              {entry.promise_to_pay && <Badge color="blue">{m.promiseToPay}</Badge>}
            </div>
            <div>{entry.content}</div>
          </article>
        ))}
      </div>
    </Container>
  );
}
