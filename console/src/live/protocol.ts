// Messages of the live connection. The API's OpenAPI document does not cover them, so they are written by hand.
import type { ActionTaken, Alert, Call, Note, TimelineEntry, TrendAlert } from "../api/types";

export interface CallEvent {
  contact_id: string;
  seq: number;
  type: "transcript" | "score" | "note" | "action" | "alert";
  at: number;
  entry?: TimelineEntry;
  call?: Call;
  note?: Note;
  action?: ActionTaken;
  alert?: Alert;
}

export type Message =
  | CallEvent
  | { type: "joined"; room: string; seq?: number }
  | { type: "left"; room: string }
  | { type: "resync"; contact_id: string; seq: number }
  | { type: "pong" }
  | { type: "trend_alerts"; alerts: (TrendAlert & { change: "opened" | "closed" })[] }
  | { type: "error"; action: string | null; problem: { detail: string; status: number } };

export type Outgoing =
  | { action: "join_call"; contact_id: string; last_seq: number }
  | { action: "leave_call"; contact_id: string }
  | { action: "join_agent" | "leave_agent"; agent_id: string }
  | { action: "join_team" | "leave_team"; team: string }
  | { action: "ping" };

/** A room to be in: its name in answers, and what to say on the way in and out. */
export interface Room {
  name: string;
  /** Asked for at each join, so that a reconnect resumes from the newest `seq`. */
  join: () => Outgoing;
  leave: Outgoing;
}

export const agentRoom = (agentId: string): Room => ({
  name: `AGENT#${agentId}`,
  join: () => ({ action: "join_agent", agent_id: agentId }),
  leave: { action: "leave_agent", agent_id: agentId },
});

export const teamRoom = (team: string): Room => ({
  name: `TEAM#${team}`,
  join: () => ({ action: "join_team", team }),
  leave: { action: "leave_team", team },
});

export const callRoom = (contactId: string, lastSeq: () => number): Room => ({
  name: `CALL#${contactId}`,
  join: () => ({ action: "join_call", contact_id: contactId, last_seq: lastSeq() }),
  leave: { action: "leave_call", contact_id: contactId },
});

const EVENTS = new Set(["transcript", "score", "note", "action", "alert"]);

export function isEvent(message: Message): message is CallEvent {
  return EVENTS.has(message.type);
}

/** A frame as a message, or null: API Gateway's own failures are frames without a `type`. */
export function parse(text: string): Message | null {
  try {
    const message = JSON.parse(text) as Partial<Message> | null;
    return typeof message?.type === "string" ? (message as Message) : null;
  } catch {
    return null;
  }
}
