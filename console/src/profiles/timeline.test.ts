import { expect, test } from "vitest";
import type { Recommendation, TimelineEvent } from "../api/types";
import { merged } from "./timeline";

const event = (at: number): TimelineEvent => ({ at, kind: "call", name: "call.ended", channel: "voice" });
const made = (at: number, ...changes: [number, Recommendation["state"]][]): Recommendation => ({
  recommendation_id: `${at}-1`,
  customer_id: "C1",
  source: "rule",
  code: "follow_up",
  text: { en: "Follow up", ja: "フォロー" },
  rank: 1,
  reasons: [],
  evidence: [],
  state: changes.at(-1)?.[1] ?? "open",
  made_at: at,
  expires_at: at + 1,
  explored: false,
  changes: changes.map(([when, state]) => ({ at: when, by: "ann", state, note: "" })),
  feedback: [],
  version: 1,
});

test("events and the steps of recommendations are one list, newest first", () => {
  const told = merged([event(1), event(5)], [made(2, [4, "dismissed"])]).map((entry) =>
    "event" in entry ? entry.at : `${entry.at} ${entry.was}`,
  );
  expect(told).toEqual([5, "4 dismissed", "2 made", 1]);
});

test("nothing happened", () => {
  expect(merged([], [])).toEqual([]);
});
