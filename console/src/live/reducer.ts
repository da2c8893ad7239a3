// The state of one call as the live protocol builds it (docs/live-protocol.md). Pure: no socket, no clock.
import type { ActionTaken, Alert, Call, Note, TimelineEntry } from "../api/types";

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

export interface LiveCall {
  call: Call | null;
  entries: TimelineEntry[];
  notes: Note[];
  actions: ActionTaken[];
  alert: Alert | null;
  /** Number of the last event applied; 0 before any. */
  seq: number;
}

export const emptyCall: LiveCall = { call: null, entries: [], notes: [], actions: [], alert: null, seq: 0 };

export type Outcome = { state: LiveCall; gap: boolean };

/** Apply an event: the next one changes the state, an older one does nothing, a later one reveals a gap. */
export function apply(state: LiveCall, event: CallEvent): Outcome {
  if (event.seq <= state.seq) return { state, gap: false };
  if (event.seq > state.seq + 1) return { state, gap: true };
  const next: LiveCall = { ...state, seq: event.seq };
  if (event.entry) next.entries = upsert(state.entries, event.entry);
  if (event.call) next.call = event.call;
  if (event.note) next.notes = addOnce(state.notes, event.note, (note) => note.note_id);
  if (event.action) next.actions = addOnce(state.actions, event.action, (action) => action.action_id);
  if (event.alert) next.alert = event.alert;
  return { state: next, gap: false };
}

/** Replace the entry of the same segment or add it, in the order of speech. */
export function upsert(entries: TimelineEntry[], entry: TimelineEntry): TimelineEntry[] {
  return [...entries.filter((known) => known.segment_id !== entry.segment_id), entry].sort(
    (a, b) => a.begin_ms - b.begin_ms || a.end_ms - b.end_ms || (a.segment_id < b.segment_id ? -1 : 1),
  );
}

/** Lists read over HTTP may be a little newer than the `seq` they are followed from. */
function addOnce<T>(items: T[], item: T, id: (item: T) => string): T[] {
  return items.some((known) => id(known) === id(item)) ? items : [...items, item];
}
