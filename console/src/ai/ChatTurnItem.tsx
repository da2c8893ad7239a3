import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { ai } from "../api/ai";
import type { ChatTurn } from "../api/types";
import { useI18n } from "../i18n/context";

/** Something said: by whom, what it is taken from, and whether it helped. */
export function ChatTurnItem({ turn }: { turn: ChatTurn }) {
  const { m, time } = useI18n();
  const mine = turn.role === "customer";
  return (
    <li className={mine ? "turn agent" : "turn"}>
      <div className="turn-head">
        <strong>{mine ? m.you : m.assistant}</strong> <span>{time(turn.at)}</span>
        {turn.source && <Badge color="grey">{turn.source === "model" ? m.byModel : m.byRules}</Badge>}
      </div>
      <div className="wrap">{turn.text}</div>
      {turn.citations.length > 0 && (
        <Box variant="small" display="block" color="text-body-secondary">
          {m.takenFrom}: {turn.citations.map(({ title }) => title).join(" · ")}
        </Box>
      )}
      {turn.interaction_id && <Judge interactionId={turn.interaction_id} />}
    </li>
  );
}

function Judge({ interactionId }: { interactionId: string }) {
  const { m } = useI18n();
  const [said, setSaid] = useState<boolean | null>(null);
  const judge = (helpful: boolean) => {
    setSaid(helpful);
    ai.judge(interactionId, helpful).catch(() => setSaid(null));
  };
  return (
    <div className="bar" role="group" aria-label={m.didItHelp}>
      <Button
        variant="inline-icon"
        iconName={said === true ? "thumbs-up-filled" : "thumbs-up"}
        ariaLabel={m.helped}
        onClick={() => judge(true)}
      />
      <Button
        variant="inline-icon"
        iconName={said === false ? "thumbs-down-filled" : "thumbs-down"}
        ariaLabel={m.helpedNot}
        onClick={() => judge(false)}
      />
      <span role="status">{said !== null && <Box variant="small">{m.thanksForSaying}</Box>}</span>
    </div>
  );
}
