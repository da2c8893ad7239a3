import { describe, expect, it } from "vitest";
import { callEvent as event, freshFollowing as start, randomOf, shuffled } from "./testing";
import { receive, type Following } from "./reducer";

const CONTACT = "c";
const joined = (seq: number) => ({ type: "joined", room: `CALL#${CONTACT}`, seq }) as const;

describe("the live state of a call", () => {
  it("applies the next event and drops a repeated one", () => {
    const once = receive(start(), event(1)).state;
    expect(once.live.seq).toBe(1);
    expect(receive(once, event(1))).toEqual({ state: once, ask: null });
  });

  it("asks to join again at a gap, once, and shows nothing early", () => {
    const once = receive(start(), event(1)).state;
    const gap = receive(once, event(3));
    expect(gap.ask).toBe("join");
    expect(gap.state.live).toBe(once.live);
    expect(receive(gap.state, event(4)).ask).toBeNull();
  });

  it("applies what came ahead as soon as the gap closes", () => {
    let state = receive(receive(start(), event(1)).state, event(3)).state;
    state = receive(state, event(2)).state;
    expect(state.live.seq).toBe(3);
    expect(state.ahead.size).toBe(0);
  });

  it("replaces a corrected entry instead of adding it", () => {
    let state = start();
    for (const seq of [1, 2, 3, 4, 5, 6, 7, 8]) state = receive(state, event(seq)).state;
    expect(state.live.entries).toHaveLength(7);
    expect(state.live.entries.find((entry) => entry.segment_id === "turn-1")?.content).toBe("text 8");
  });

  it("does not show a note twice that was read over HTTP already", () => {
    const note = { note_id: "n", author: "a", text: "t", created_at: 1 };
    const before = start();
    before.live.notes.push(note);
    const after = receive(before, { contact_id: CONTACT, seq: 1, type: "note", at: 0, note }).state;
    expect(after.live.notes).toEqual([note]);
    expect(after.live.seq).toBe(1);
  });

  it("asks again when a join did not bring everything, and reads over HTTP when that does not help", () => {
    let step = receive(start(), event(2));
    expect(step.ask).toBe("join");
    step = receive(step.state, joined(2));
    expect(step.ask).toBe("join");
    step = receive(step.state, joined(2));
    expect(step.ask).toBe("join");
    expect(receive(step.state, joined(2)).ask).toBe("reload");
  });

  it("asks again at a later gap, once the first has closed", () => {
    let state = receive(start(), event(2)).state;
    for (const message of [event(1), event(2), joined(2)]) state = receive(state, message).state;
    expect(receive(state, event(4)).ask).toBe("join");
  });

  it("asks for what the answer counts and nothing has shown", () => {
    const state = receive(start(), event(1)).state;
    expect(receive(state, joined(1)).ask).toBeNull();
    expect(receive(state, joined(3)).ask).toBe("join");
  });

  it("reads over HTTP when the server says the log no longer reaches back, unless it is there already", () => {
    const state = receive(start(), event(1)).state;
    expect(receive(state, { type: "resync", contact_id: CONTACT, seq: 9 }).ask).toBe("reload");
    expect(receive(state, { type: "resync", contact_id: CONTACT, seq: 1 }).ask).toBeNull();
  });

  it("does not pile up events without end", () => {
    let state = start();
    const asks = Array.from({ length: 300 }, (_, index) => {
      const step = receive(state, event(index + 2));
      state = step.state;
      return step.ask;
    });
    expect(asks).toContain("reload");
    expect(state.ahead.size).toBeLessThan(201);
  });

  it("ends with every event once, whatever is lost, repeated, reordered or replayed", () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = randomOf(seed);
      const log = Array.from({ length: 30 }, (_, index) => event(index + 1));
      const clean = log.reduce<Following>((state, item) => receive(state, item).state, start()).live;
      // Pushes: some lost, some twice, in an order that strays by a few places.
      const pushes = shuffled(
        log.flatMap((item) => (random() < 0.25 ? [] : random() < 0.3 ? [item, item] : [item])),
        4,
        random,
      );
      let state = start();
      let pushed = 0;
      let ended = false;
      const take = (item: Parameters<typeof receive>[1]) => {
        const step = receive(state, item);
        state = step.state;
        expect(step.ask).not.toBe("reload");
        if (step.ask === "join") replay();
      };
      // A join replays what the log holds by then, which is all that was pushed; pushes keep falling in between.
      const replay = () => {
        const known = Math.max(...pushes.slice(0, pushed).map((item) => item.seq), ended ? log.length : 0);
        for (const missed of log.slice(state.live.seq, known)) {
          take(missed);
          const next = pushes[pushed];
          if (next && random() < 0.3) {
            pushed += 1;
            take(next);
          }
        }
        take(joined(known));
      };
      while (pushed < pushes.length) {
        const next = pushes[pushed];
        pushed += 1;
        if (next) take(next);
      }
      ended = true;
      replay();
      expect(state.live).toEqual(clean);
    }
  });
});
