// Follows one call: reads it over HTTP once, then keeps it up to date live, without gap or repeat.
import type { ActionTaken, Call, Note, TimelineEntry } from "../api/types";
import { callRoom, isEvent, type Message, type Room } from "./protocol";
import { emptyCall, following, receive, type Following, type LiveCall } from "./reducer";

export interface CallReader {
  call: (id: string) => Promise<Call>;
  timeline: (id: string) => Promise<TimelineEntry[]>;
  notes: (id: string) => Promise<Note[]>;
  actions: (id: string) => Promise<ActionTaken[]>;
}

/** What this needs of the connection. */
export interface Rooms {
  listen: (listener: (message: Message) => void) => () => void;
  enter: (room: Room) => () => void;
  again: (name: string) => void;
}

export interface View {
  live: LiveCall;
  /** Why the call could not be read; what was read before stays. */
  error: unknown;
}

export class LiveSession {
  private state: Following = following(emptyCall);
  private view: View = { live: emptyCall, error: null };
  private readonly watchers = new Set<() => void>();
  private readonly room: Room;
  private reading = 0;
  private active = false;
  private stopListening: () => void = () => undefined;
  private exit: (() => void) | null = null;

  constructor(
    readonly contactId: string,
    private readonly reader: CallReader,
    private readonly rooms: Rooms,
  ) {
    this.room = callRoom(contactId, () => this.state.live.seq);
  }

  /** Follow from now on. May be stopped and started again. */
  readonly start = (): (() => void) => {
    this.active = true;
    this.stopListening = this.rooms.listen((message) => this.receive(message));
    this.reload();
    return () => {
      this.active = false;
      this.reading += 1;
      this.stopListening();
      this.exit?.();
      this.exit = null;
    };
  };

  readonly reload = (): void => {
    this.reading += 1;
    void this.read(this.reading);
  };

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  };

  readonly current = (): View => this.view;

  private async read(reading: number): Promise<void> {
    const id = this.contactId;
    try {
      // The header first: its seq is not later than what the lists hold, so the replay covers the difference.
      const call = await this.reader.call(id);
      const [entries, notes, actions] = await Promise.all([
        this.reader.timeline(id),
        this.reader.notes(id),
        this.reader.actions(id),
      ]);
      if (reading !== this.reading || !this.active) return;
      this.state = following({ call, entries, notes, actions, alert: this.state.live.alert, seq: call.seq });
      this.show(null);
      if (this.exit) this.rooms.again(this.room.name);
      else this.exit = this.rooms.enter(this.room);
    } catch (error) {
      if (reading === this.reading && this.active) this.show(error);
    }
  }

  private receive(message: Message): void {
    // Before the first reading there is nothing to add to; the join after it brings what came meanwhile.
    if (!this.exit || !this.concerns(message)) return;
    const before = this.state.live;
    const { state, ask } = receive(this.state, message);
    this.state = state;
    if (state.live !== before) this.show(null);
    if (ask === "join") this.rooms.again(this.room.name);
    if (ask === "reload") this.reload();
  }

  private concerns(message: Message): boolean {
    if (message.type === "joined") return message.room === this.room.name;
    return (isEvent(message) || message.type === "resync") && message.contact_id === this.contactId;
  }

  private show(error: unknown): void {
    this.view = { live: this.state.live, error };
    for (const watcher of this.watchers) watcher();
  }
}
