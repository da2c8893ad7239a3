// One call as the live protocol builds it. Pure: no socket, no clock.
import type { ActionTaken, Alert, Call, Note, TimelineEntry } from "../api/types";
import { isEvent, type CallEvent, type Message } from "./protocol";

export interface LiveCall {
  call: Call | null;
  entries: TimelineEntry[];
  notes: Note[];
  actions: ActionTaken[];
  alert: Alert | null;
  /** Number of the last event applied; 0 before any. */
  seq: number;
}

/** A call that is followed: what is known, and what arrived ahead of a gap. */
export interface Following {
  live: LiveCall;
  ahead: ReadonlyMap<number, CallEvent>;
  /** A join that should close a gap is on its way. */
  asked: boolean;
  /** Joins in a row that did not close the gap. */
  tries: number;
}

/** What the owner of the state must do next. */
export type Ask = "join" | "reload" | null;
export interface Step {
  state: Following;
  ask: Ask;
}

// A gap this wide, or one that two joins do not close, is read over HTTP instead.
const MOST_AHEAD = 200;
const MOST_TRIES = 2;

export const emptyCall: LiveCall = { call: null, entries: [], notes: [], actions: [], alert: null, seq: 0 };

export function following(live: LiveCall): Following {
  return { live, ahead: new Map(), asked: false, tries: 0 };
}

/** Take a message of this call: the next event is applied, an old one dropped, a later one kept until the gap closes. */
export function receive(state: Following, message: Message): Step {
  if (isEvent(message)) return event(state, message);
  if (message.type === "resync") return { state, ask: message.seq > state.live.seq ? "reload" : null };
  if (message.type === "joined") return joined(state, message.seq ?? 0);
  return { state, ask: null };
}

function event(state: Following, item: CallEvent): Step {
  if (item.seq <= state.live.seq || state.ahead.has(item.seq)) return { state, ask: null };
  const ahead = new Map(state.ahead).set(item.seq, item);
  let live = state.live;
  for (let next = ahead.get(live.seq + 1); next; next = ahead.get(live.seq + 1)) {
    ahead.delete(next.seq);
    live = apply(live, next);
  }
  const moved = live !== state.live;
  const after: Following = { live, ahead, asked: state.asked, tries: moved ? 0 : state.tries };
  if (ahead.size > MOST_AHEAD) return { state: { ...after, ahead: new Map() }, ask: "reload" };
  if (ahead.size === 0 || state.asked) return { state: after, ask: null };
  return { state: { ...after, asked: true }, ask: "join" };
}

/** The replay is over. What it did not bring is asked for again, then read over HTTP. */
function joined(state: Following, seq: number): Step {
  const complete = state.ahead.size === 0 && state.live.seq >= seq;
  if (complete) return { state: { ...state, asked: false, tries: 0 }, ask: null };
  if (state.tries >= MOST_TRIES) return { state: { ...state, asked: false }, ask: "reload" };
  return { state: { ...state, asked: true, tries: state.tries + 1 }, ask: "join" };
}

function apply(live: LiveCall, item: CallEvent): LiveCall {
  const next: LiveCall = { ...live, seq: item.seq };
  if (item.entry) next.entries = upsert(live.entries, item.entry);
  if (item.call) next.call = item.call;
  if (item.note) next.notes = addOnce(live.notes, item.note, (note) => note.note_id);
  if (item.action) next.actions = addOnce(live.actions, item.action, (action) => action.action_id);
  if (item.alert) next.alert = item.alert;
  return next;
}

/** Replace the entry of the same segment or add it, in the order of speech. */
function upsert(entries: TimelineEntry[], entry: TimelineEntry): TimelineEntry[] {
  return [...entries.filter((known) => known.segment_id !== entry.segment_id), entry].sort(
    (a, b) => a.begin_ms - b.begin_ms || a.end_ms - b.end_ms || (a.segment_id < b.segment_id ? -1 : 1),
  );
}

/** Lists read over HTTP may be a little newer than the `seq` they are followed from. */
function addOnce<T>(items: T[], item: T, id: (item: T) => string): T[] {
  return items.some((known) => id(known) === id(item)) ? items : [...items, item];
}
