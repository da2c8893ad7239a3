import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { agentRoom, callRoom, type Message } from "./protocol";
import {
  ANSWER_MS,
  FIRST_WAIT_MS,
  LEAVE_MS,
  LiveSocket,
  LONGEST_WAIT_MS,
  PING_MS,
  PONG_MS,
  RENEW_BEFORE_MS,
} from "./socket";
import { FakeSocket } from "./testing";

const HOUR = 3_600_000;
let sockets: FakeSocket[] = [];
let renewals: boolean[] = [];
let refuse = false;
let live: LiveSocket;

const newest = (): FakeSocket => {
  const socket = sockets.at(-1);
  if (!socket) throw new Error("no connection was made");
  return socket;
};
const settled = () => vi.advanceTimersByTimeAsync(0);
const joins = (socket: FakeSocket) => socket.sent.filter((message) => String(message.action).startsWith("join"));

async function opened(): Promise<FakeSocket> {
  live.open();
  await settled();
  newest().onopen?.();
  return newest();
}

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  renewals = [];
  refuse = false;
  live = new LiveSocket({
    token: (renew) => {
      renewals.push(renew);
      if (refuse) return Promise.reject(new Error("no token"));
      return Promise.resolve({ value: `token-${renewals.length}`, goodUntil: Date.now() + HOUR });
    },
    connect: (token) => {
      sockets.push(new FakeSocket(token));
      return newest();
    },
    random: () => 1,
  });
});
afterEach(() => {
  live.close();
  vi.useRealTimers();
});

describe("the live connection", () => {
  it("joins its rooms when it opens, and those that are entered later at once", async () => {
    live.enter(agentRoom("hana"));
    const socket = await opened();
    live.enter(callRoom("c", () => 7));
    expect(socket.sent).toEqual([
      { action: "join_agent", agent_id: "hana" },
      { action: "join_call", contact_id: "c", last_seq: 7 },
    ]);
  });

  it("comes back after a loss, with a new token and from the newest number", async () => {
    let seq = 3;
    live.enter(callRoom("c", () => seq));
    const first = await opened();
    seq = 12;
    first.onclose?.();
    expect(live.isOpen).toBe(false);
    await vi.advanceTimersByTimeAsync(FIRST_WAIT_MS);
    const second = newest();
    expect(second).not.toBe(first);
    second.onopen?.();
    expect(second.token).toBe("token-2");
    expect(joins(second)).toEqual([{ action: "join_call", contact_id: "c", last_seq: 12 }]);
    expect(live.isOpen).toBe(true);
  });

  it("waits longer and longer, up to a limit, and from the start after a success", async () => {
    const waits: number[] = [];
    live.open();
    await settled();
    for (let wait = FIRST_WAIT_MS; waits.length < 8; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
      newest().onclose?.();
      const before = sockets.length;
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(sockets.length).toBe(before);
      await vi.advanceTimersByTimeAsync(1);
      expect(sockets.length).toBe(before + 1);
      waits.push(wait);
    }
    expect(waits.at(-1)).toBe(LONGEST_WAIT_MS);
    newest().onopen?.();
    newest().onclose?.();
    const before = sockets.length;
    await vi.advanceTimersByTimeAsync(FIRST_WAIT_MS);
    expect(sockets.length).toBe(before + 1);
  });

  it("asks for a new token after a connection that was refused", async () => {
    live.open();
    await settled();
    newest().onclose?.();
    await vi.advanceTimersByTimeAsync(FIRST_WAIT_MS);
    expect(renewals).toEqual([false, true]);
  });

  it("tries again when no token can be had", async () => {
    refuse = true;
    live.open();
    await settled();
    expect(sockets).toHaveLength(0);
    refuse = false;
    await vi.advanceTimersByTimeAsync(FIRST_WAIT_MS);
    expect(sockets).toHaveLength(1);
  });

  it("moves to a new connection before the token ends and drops the old one only then", async () => {
    live.enter(callRoom("c", () => 5));
    const first = await opened();
    first.lives = true;
    await vi.advanceTimersByTimeAsync(HOUR - RENEW_BEFORE_MS);
    expect(sockets).toHaveLength(2);
    expect(first.closed).toBe(false);
    expect(live.isOpen).toBe(true);
    newest().onopen?.();
    expect(first.closed).toBe(true);
    expect(joins(newest())).toEqual([{ action: "join_call", contact_id: "c", last_seq: 5 }]);
  });

  it("keeps an idle connection alive and leaves one that is silent", async () => {
    const socket = await opened();
    await vi.advanceTimersByTimeAsync(PING_MS);
    expect(socket.sent).toEqual([{ action: "ping" }]);
    socket.push({ type: "pong" });
    await vi.advanceTimersByTimeAsync(PONG_MS);
    expect(socket.closed).toBe(false);
    live.nudge();
    await vi.advanceTimersByTimeAsync(PONG_MS);
    expect(socket.closed).toBe(true);
    expect(sockets).toHaveLength(2);
  });

  it("comes back at once when the network does", async () => {
    const socket = await opened();
    socket.onclose?.();
    live.nudge();
    await settled();
    expect(sockets).toHaveLength(2);
  });

  it("asks again for a join that nobody answers, and stops after an answer", async () => {
    live.enter(agentRoom("hana"));
    const socket = await opened();
    await vi.advanceTimersByTimeAsync(ANSWER_MS);
    expect(joins(socket)).toHaveLength(2);
    socket.push({ type: "joined", room: "AGENT#hana" });
    await vi.advanceTimersByTimeAsync(5 * ANSWER_MS);
    expect(joins(socket)).toHaveLength(2);
  });

  it("leaves a room when its last user has gone for a moment", async () => {
    const socket = await opened();
    const first = live.enter(agentRoom("hana"));
    const second = live.enter(agentRoom("hana"));
    first();
    first();
    await vi.advanceTimersByTimeAsync(2 * LEAVE_MS);
    expect(socket.sent.at(-1)?.action).toBe("join_agent");
    second();
    live.enter(agentRoom("hana"))();
    await vi.advanceTimersByTimeAsync(LEAVE_MS);
    expect(socket.sent.filter((message) => message.action === "leave_agent")).toHaveLength(1);
  });

  it("hands messages on and takes no notice of frames that are none", async () => {
    const heard: Message[] = [];
    live.listen((message) => heard.push(message));
    const socket = await opened();
    for (const frame of ["{", "null", '"x"', '{"message": "Internal server error"}', '{"type":"pong"}']) socket.push(frame);
    expect(heard).toEqual([{ type: "pong" }]);
  });

  it("stays closed once it is closed, whatever was under way", async () => {
    live.open();
    live.close();
    await settled();
    expect(sockets).toHaveLength(0);
    const socket = await opened();
    live.close();
    expect(socket.closed).toBe(true);
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(sockets).toHaveLength(1);
  });
});
