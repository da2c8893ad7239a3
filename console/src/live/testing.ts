// Builders of the live tests.
import type { Call } from "../api/types";
import type { CallEvent } from "./protocol";
import { emptyCall, following, type Following } from "./reducer";
import type { SocketLike } from "./socket";

/** A transcript event; every seventh one corrects the same turn. */
export function callEvent(seq: number, contactId = "c"): CallEvent {
  const turn = seq % 7;
  return {
    contact_id: contactId,
    seq,
    type: "transcript",
    at: 0,
    entry: {
      segment_id: `turn-${turn}`,
      role: "CUSTOMER",
      participant_id: "CUSTOMER",
      content: `text ${seq}`,
      begin_ms: turn * 1000,
      end_ms: turn * 1000 + 500,
      partial: false,
      issues: [],
      intents: [],
      payment_trouble: false,
      promise_to_pay: false,
    },
  };
}

export function callAt(seq: number, contactId = "c"): Call {
  return {
    contact_id: contactId,
    channel: "VOICE",
    language: "en-US",
    status: "ACTIVE",
    analysis: "IN_PROGRESS",
    seq,
    started_at: 0,
    escalated: false,
    insights: {
      sentiment: {},
      quality: { interruptions_by_agent: 0, interruptions_by_customer: 0, longest_silence_ms: 0 },
      intents: [],
      categories: [],
      payment_trouble_count: 0,
      promise_to_pay_count: 0,
      segment_count: 0,
    },
  };
}

export function freshFollowing(): Following {
  return following({ ...emptyCall, entries: [], notes: [], actions: [] });
}

/** Numbers in 0 to 1 that a seed repeats. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

/** The items, each at most a few places from its own. */
export function shuffled<T>(items: T[], reach: number, random: () => number): T[] {
  return items
    .map((item, index) => ({ item, place: index + random() * reach }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** A WebSocket whose other end the test holds. */
export class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly sent: Record<string, unknown>[] = [];
  closed = false;
  /** Whether a ping is answered. */
  lives = false;

  constructor(readonly token: string) {}

  send(text: string): void {
    const message = JSON.parse(text) as Record<string, unknown>;
    this.sent.push(message);
    if (this.lives && message.action === "ping") this.push({ type: "pong" });
  }

  close(): void {
    this.closed = true;
  }

  push(message: unknown): void {
    this.onmessage?.({ data: typeof message === "string" ? message : JSON.stringify(message) });
  }
}
