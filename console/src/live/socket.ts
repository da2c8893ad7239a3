// One live connection for the whole console. It comes back by itself and enters its rooms again.
import { parse, type Message, type Outgoing, type Room } from "./protocol";

/** What this needs of a WebSocket. */
export interface SocketLike {
  onopen: (() => void) | null;
  onmessage: ((event: { data: string }) => void) | null;
  onclose: (() => void) | null;
  send: (text: string) => void;
  close: () => void;
}

export interface Token {
  value: string;
  /** Epoch milliseconds. */
  goodUntil: number;
}

/** The world around: a token for each connection, and how to connect with it. */
export interface Surroundings {
  /** `renew` asks for a new token even if the old one looks good: the last one was refused. */
  token: (renew: boolean) => Promise<Token>;
  connect: (token: string) => SocketLike;
  random: () => number;
}

export const FIRST_WAIT_MS = 500;
export const LONGEST_WAIT_MS = 15_000;
// API Gateway closes a connection that is idle for ten minutes.
export const PING_MS = 4 * 60_000;
export const PONG_MS = 10_000;
export const ANSWER_MS = 8_000;
const MOST_ASKS = 3;
// Leaving a page and coming back at once, as React's strict mode does, does not leave the room.
export const LEAVE_MS = 1_000;
// The server closes a connection whose token has expired; we are on a new one by then.
export const RENEW_BEFORE_MS = 60_000;

interface Entered {
  room: Room;
  users: number;
  asks: number;
  answer?: ReturnType<typeof setTimeout>;
  leaving?: ReturnType<typeof setTimeout>;
}

export class LiveSocket {
  private socket: SocketLike | null = null;
  private candidate: SocketLike | null = null;
  private connecting = false;
  private wanted = false;
  private refused = false;
  private wait = FIRST_WAIT_MS;
  private readonly rooms = new Map<string, Entered>();
  private readonly listeners = new Set<(message: Message) => void>();
  private readonly watchers = new Set<() => void>();
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private renewTimer: ReturnType<typeof setTimeout> | undefined;
  private pingTimer: ReturnType<typeof setInterval> | undefined;
  private pongTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly around: Surroundings) {}

  get isOpen(): boolean {
    return this.socket !== null;
  }

  open(): void {
    if (this.wanted) return;
    this.wanted = true;
    void this.connect();
  }

  close(): void {
    this.wanted = false;
    this.connecting = false;
    clearTimeout(this.retryTimer);
    for (const entered of this.rooms.values()) {
      clearTimeout(entered.answer);
      clearTimeout(entered.leaving);
    }
    this.rooms.clear();
    if (this.candidate) discard(this.candidate);
    this.candidate = null;
    this.drop();
    this.wait = FIRST_WAIT_MS;
    this.refused = false;
  }

  listen(listener: (message: Message) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Be told when the connection opens or closes. */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  }

  /** Be in a room from now on, through every reconnect, until the returned function is called. */
  enter(room: Room): () => void {
    const known = this.rooms.get(room.name);
    clearTimeout(known?.leaving);
    const entered: Entered = { room, users: (known?.users ?? 0) + 1, asks: 0 };
    clearTimeout(known?.answer);
    this.rooms.set(room.name, entered);
    this.ask(entered);
    let inside = true;
    return () => {
      if (inside) this.exit(room.name);
      inside = false;
    };
  }

  /** Join a room once more, for what was missed. */
  again(name: string): void {
    const entered = this.rooms.get(name);
    if (entered) this.ask(entered);
  }

  /** The network or the page is back: find out now whether the connection still lives. */
  nudge(): void {
    if (!this.wanted) return;
    if (this.socket) this.ping();
    else {
      clearTimeout(this.retryTimer);
      void this.connect();
    }
  }

  private exit(name: string): void {
    const entered = this.rooms.get(name);
    if (!entered) return;
    entered.users -= 1;
    if (entered.users > 0) return;
    entered.leaving = setTimeout(() => {
      clearTimeout(entered.answer);
      this.rooms.delete(name);
      this.send(entered.room.leave);
    }, LEAVE_MS);
  }

  private ask(entered: Entered, asks = 1): void {
    clearTimeout(entered.answer);
    if (!this.socket) return;
    entered.asks = asks;
    this.send(entered.room.join());
    entered.answer = setTimeout(() => {
      if (asks < MOST_ASKS) this.ask(entered, asks + 1);
    }, ANSWER_MS);
  }

  private send(message: Outgoing): void {
    this.socket?.send(JSON.stringify(message));
  }

  private async connect(): Promise<void> {
    if (this.connecting || !this.wanted) return;
    this.connecting = true;
    let token: Token;
    try {
      token = await this.around.token(this.refused);
    } catch {
      this.connecting = false;
      this.retry();
      return;
    }
    // Signing out while the token was on its way; TypeScript does not see the change.
    if (!(this.wanted as boolean)) return;
    const candidate = this.around.connect(token.value);
    this.candidate = candidate;
    candidate.onopen = () => this.adopt(candidate, token);
    candidate.onmessage = (event) => this.receive(event.data);
    candidate.onclose = () => this.lost(candidate);
  }

  /** The new connection takes over; the old one, if there is one, goes only now, so that nothing falls between. */
  private adopt(socket: SocketLike, token: Token): void {
    const before = this.socket;
    this.stopTimers();
    this.socket = socket;
    this.candidate = null;
    this.connecting = false;
    this.refused = false;
    this.wait = FIRST_WAIT_MS;
    if (before) discard(before);
    for (const entered of this.rooms.values()) this.ask(entered);
    this.pingTimer = setInterval(() => this.ping(), PING_MS);
    const left = token.goodUntil - Date.now() - RENEW_BEFORE_MS;
    this.renewTimer = setTimeout(() => void this.connect(), Math.max(left, RENEW_BEFORE_MS / 2));
    this.tell();
  }

  private lost(socket: SocketLike): void {
    if (socket === this.candidate) {
      this.candidate = null;
      this.connecting = false;
      this.refused = true;
      this.retry();
    } else if (socket === this.socket) {
      this.drop();
      this.retry();
    }
  }

  private drop(): void {
    this.stopTimers();
    if (this.socket) discard(this.socket);
    this.socket = null;
    this.tell();
  }

  private stopTimers(): void {
    clearInterval(this.pingTimer);
    clearTimeout(this.pongTimer);
    clearTimeout(this.renewTimer);
  }

  private ping(): void {
    clearTimeout(this.pongTimer);
    // A dead network does not close a socket; silence does.
    this.pongTimer = setTimeout(() => {
      this.drop();
      void this.connect();
    }, PONG_MS);
    this.send({ action: "ping" });
  }

  private receive(text: string): void {
    clearTimeout(this.pongTimer);
    const message = parse(text);
    if (!message) return;
    if (message.type === "joined") clearTimeout(this.rooms.get(message.room)?.answer);
    for (const listener of [...this.listeners]) listener(message);
  }

  private tell(): void {
    for (const watcher of this.watchers) watcher();
  }

  private retry(): void {
    if (!this.wanted) return;
    // Half of the wait is random, so that a thousand consoles do not return at the same moment.
    const wait = this.wait / 2 + (this.around.random() * this.wait) / 2;
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => void this.connect(), wait);
  }
}

function discard(socket: SocketLike): void {
  socket.onopen = null;
  socket.onmessage = null;
  socket.onclose = null;
  socket.close();
}
