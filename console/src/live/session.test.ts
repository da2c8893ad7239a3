import { describe, expect, it, vi } from "vitest";
import type { Call } from "../api/types";
import type { Message, Room } from "./protocol";
import { LiveSession, type CallReader, type Rooms } from "./session";
import { callAt, callEvent } from "./testing";

class FakeRooms implements Rooms {
  readonly joins: number[] = [];
  private listener: (message: Message) => void = () => undefined;
  private room: Room | null = null;
  left = 0;

  listen(listener: (message: Message) => void): () => void {
    this.listener = listener;
    return () => (this.listener = () => undefined);
  }

  enter(room: Room): () => void {
    this.room = room;
    this.again();
    return () => (this.left += 1);
  }

  again(): void {
    const message = this.room?.join();
    if (message?.action === "join_call") this.joins.push(message.last_seq);
  }

  push(message: Message): void {
    this.listener(message);
  }
}

function reading(call: () => Promise<Call>): CallReader {
  return {
    call,
    timeline: () => Promise.resolve([]),
    notes: () => Promise.resolve([]),
    actions: () => Promise.resolve([]),
  };
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("a followed call", () => {
  it("is read first and followed from the number that was read", async () => {
    const rooms = new FakeRooms();
    const session = new LiveSession("c", reading(() => Promise.resolve(callAt(4))), rooms);
    session.start();
    rooms.push(callEvent(1));
    expect(session.current().live.entries).toEqual([]);
    expect(rooms.joins).toEqual([]);
    await settled();
    expect(rooms.joins).toEqual([4]);
    rooms.push(callEvent(5));
    expect(session.current().live.seq).toBe(5);
    expect(session.current().live.entries).toHaveLength(1);
  });

  it("joins again at a gap from the last number it has", async () => {
    const rooms = new FakeRooms();
    const session = new LiveSession("c", reading(() => Promise.resolve(callAt(4))), rooms);
    session.start();
    await settled();
    rooms.push(callEvent(7));
    expect(rooms.joins).toEqual([4, 4]);
    for (const seq of [5, 6]) rooms.push(callEvent(seq));
    expect(session.current().live.seq).toBe(7);
  });

  it("is read once more when the server says resync, and shows the old state meanwhile", async () => {
    const rooms = new FakeRooms();
    const read = vi.fn(() => Promise.resolve(callAt(read.mock.calls.length === 1 ? 4 : 90)));
    const session = new LiveSession("c", reading(read), rooms);
    session.start();
    await settled();
    rooms.push({ type: "resync", contact_id: "c", seq: 90 });
    expect(session.current().live.seq).toBe(4);
    await settled();
    expect(session.current().live.seq).toBe(90);
    expect(rooms.joins).toEqual([4, 90]);
  });

  it("shows the newest reading, whichever comes last", async () => {
    const rooms = new FakeRooms();
    const answers: ((call: Call) => void)[] = [];
    const session = new LiveSession("c", reading(() => new Promise((resolve) => answers.push(resolve))), rooms);
    session.start();
    session.reload();
    answers[1]?.(callAt(9));
    await settled();
    answers[0]?.(callAt(4));
    await settled();
    expect(session.current().live.seq).toBe(9);
  });

  it("takes no notice of other calls", async () => {
    const rooms = new FakeRooms();
    const session = new LiveSession("c", reading(() => Promise.resolve(callAt(4))), rooms);
    session.start();
    await settled();
    rooms.push(callEvent(5, "another"));
    rooms.push({ type: "joined", room: "CALL#another", seq: 99 });
    expect(session.current().live.seq).toBe(4);
    expect(rooms.joins).toEqual([4]);
  });

  it("says why it could not be read, and can be read again", async () => {
    const rooms = new FakeRooms();
    let fails = true;
    const session = new LiveSession(
      "c",
      reading(() => (fails ? Promise.reject(new Error("down")) : Promise.resolve(callAt(1)))),
      rooms,
    );
    session.start();
    await settled();
    expect(session.current().error).toEqual(new Error("down"));
    fails = false;
    session.reload();
    await settled();
    expect(session.current().error).toBeNull();
    expect(session.current().live.call?.seq).toBe(1);
  });

  it("leaves its room when it stops, and a reading under way changes nothing more", async () => {
    const rooms = new FakeRooms();
    const session = new LiveSession("c", reading(() => Promise.resolve(callAt(4))), rooms);
    const stop = session.start();
    await settled();
    session.reload();
    stop();
    await settled();
    expect(rooms.left).toBe(1);
    expect(rooms.joins).toEqual([4]);
  });
});
