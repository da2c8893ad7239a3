import { describe, expect, it } from "vitest";
import { apply, emptyCall, type CallEvent, type LiveCall } from "./reducer";

function event(seq: number): CallEvent {
  return {
    contact_id: "c",
    seq,
    type: "transcript",
    at: 0,
    entry: {
      segment_id: `turn-${seq % 7}`,
      role: "CUSTOMER",
      participant_id: "CUSTOMER",
      content: `text ${seq}`,
      begin_ms: (seq % 7) * 1000,
      end_ms: (seq % 7) * 1000 + 500,
    },
  } as CallEvent;
}

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

describe("the live state of a call", () => {
  it("applies the next event and drops a repeated one", () => {
    const once = apply(emptyCall, event(1)).state;
    expect(once.seq).toBe(1);
    expect(apply(once, event(1)).state).toBe(once);
  });

  it("reveals a gap and changes nothing", () => {
    const once = apply(emptyCall, event(1)).state;
    const { state, gap } = apply(once, event(3));
    expect(gap).toBe(true);
    expect(state).toBe(once);
  });

  it("replaces a corrected entry instead of adding it", () => {
    let state: LiveCall = emptyCall;
    for (const seq of [1, 2, 3, 4, 5, 6, 7, 8]) state = apply(state, event(seq)).state;
    expect(state.entries).toHaveLength(7);
    expect(state.entries.find((entry) => entry.segment_id === "turn-1")?.content).toBe("text 8");
  });

  it("ends with every event once, whatever is lost, repeated or replayed", () => {
    for (let seed = 1; seed < 60; seed += 1) {
      const random = randomOf(seed);
      const log = Array.from({ length: 30 }, (_, index) => event(index + 1));
      let state: LiveCall = emptyCall;
      let clean: LiveCall = emptyCall;
      for (const item of log) clean = apply(clean, item).state;
      for (const item of log) {
        if (random() < 0.3) continue;
        const deliveries = random() < 0.3 ? [item, item] : [item];
        for (const delivered of deliveries) {
          const outcome = apply(state, delivered);
          state = outcome.state;
          if (outcome.gap) for (const missed of log.slice(state.seq, item.seq)) state = apply(state, missed).state;
        }
      }
      for (const missed of log.slice(state.seq)) state = apply(state, missed).state;
      expect(state).toEqual(clean);
    }
  });
});
