// One live connection for the whole console. It reconnects by itself and joins its rooms again.
import type { CallEvent } from "./reducer";

export type Message =
  | CallEvent
  | { type: "joined"; room: string; seq?: number }
  | { type: "left"; room: string }
  | { type: "resync"; contact_id: string; seq: number }
  | { type: "pong" }
  | { type: "error"; action: string | null; problem: { detail: string; status: number } };

type Listener = (message: Message) => void;
type Join = () => Record<string, unknown>;

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
// API Gateway closes a connection that is idle for ten minutes.
const PING_MS = 4 * 60_000;

export class LiveSocket {
  private socket: WebSocket | null = null;
  private listeners = new Set<Listener>();
  private stateListeners = new Set<(open: boolean) => void>();
  private rooms = new Map<string, Join>();
  private wait = FIRST_WAIT_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private ping: ReturnType<typeof setInterval> | undefined;
  private closed = true;

  /** `token` gives a good access token at each connect, renewed where needed. */
  constructor(private readonly token: () => Promise<string>) {}

  open(): void {
    if (!this.closed) return;
    this.closed = false;
    void this.connect();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    clearInterval(this.ping);
    this.rooms.clear();
    this.socket?.close();
    this.socket = null;
  }

  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  watch(listener: (open: boolean) => void): () => void {
    this.stateListeners.add(listener);
    listener(this.isOpen);
    return () => this.stateListeners.delete(listener);
  }

  get isOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** Join a room now and after each reconnect; `message` is asked again each time, for the last `seq`. */
  join(room: string, message: Join): void {
    this.rooms.set(room, message);
    this.send(message());
  }

  leave(room: string, message: Record<string, unknown>): void {
    this.rooms.delete(room);
    this.send(message);
  }

  send(message: Record<string, unknown>): void {
    if (this.isOpen) this.socket?.send(JSON.stringify(message));
  }

  private async connect(): Promise<void> {
    let token: string;
    try {
      token = await this.token();
    } catch {
      this.retry();
      return;
    }
    if (this.closed) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/live?token=${encodeURIComponent(token)}`);
    this.socket = socket;
    socket.onopen = () => {
      this.wait = FIRST_WAIT_MS;
      this.tell(true);
      for (const message of this.rooms.values()) this.send(message());
      this.ping = setInterval(() => this.send({ action: "ping" }), PING_MS);
    };
    socket.onmessage = (event: MessageEvent<string>) => {
      const message = JSON.parse(event.data) as Message;
      for (const listener of this.listeners) listener(message);
    };
    socket.onclose = () => {
      clearInterval(this.ping);
      this.tell(false);
      if (!this.closed) this.retry();
    };
  }

  private tell(open: boolean): void {
    for (const listener of this.stateListeners) listener(open);
  }

  private retry(): void {
    // Half of the wait is random, so that a thousand consoles do not return at the same moment.
    const wait = this.wait / 2 + (Math.random() * this.wait) / 2;
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
    this.timer = setTimeout(() => void this.connect(), wait);
  }
}
