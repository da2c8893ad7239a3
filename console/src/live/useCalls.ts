import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "../api/client";
import type { Call } from "../api/types";
import { useSession } from "../session";
import { keep, settle, type Calls } from "./calls";
import { isEvent, type CallEvent, type Room } from "./protocol";

export interface FollowedCalls {
  calls: Call[];
  loading: boolean;
  error: unknown;
  reload: () => void;
  /** Reads the next page; null when there is none. */
  more: (() => void) | null;
}

/** What to follow: a query of the API, and the room with its news. */
export interface Source {
  query: Record<string, string>;
  room: Room;
  onEvent?: (event: CallEvent) => void;
  /** A call that was not in the list before. */
  onNew?: (call: Call) => void;
}

const NOTHING: Calls = new Map();

/** A list of calls that stays up to date: read over HTTP, then by the news of its room. Null follows nothing. */
export function useCalls(source: Source | null): FollowedCalls {
  const { live } = useSession();
  const [calls, setCalls] = useState<Calls>(NOTHING);
  const [loading, setLoading] = useState(true);
  const [error, setError] = useState<unknown>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const current = useRef<Calls>(NOTHING);
  const latest = useRef(source);
  const read = useRef<() => void>(() => undefined);
  useEffect(() => {
    latest.current = source;
  });
  const set = useCallback((next: Calls) => {
    current.current = next;
    setCalls(next);
  }, []);

  const name = source?.room.name;
  useEffect(() => {
    if (name === undefined) return undefined;
    let wanted = true;
    let ready = false;
    const load = async () => {
      const asked = current.current;
      const query = latest.current?.query ?? {};
      try {
        const page = await api.calls(query);
        if (!wanted) return;
        // Calls leave the list of active ones; they never leave the others, of which this is only the first page.
        const fresh = query.active
          ? settle(current.current, asked, page.items)
          : page.items.reduce(keep, current.current);
        // Calls that came while nobody was listening, as before the room was joined or between two connections.
        const missed = ready ? page.items.filter((call) => !current.current.has(call.contact_id)) : [];
        // Only the first reading sets the cursor: later ones must not fold in pages read since.
        if (!ready) setCursor(page.next_cursor);
        set(fresh);
        setError(null);
        ready = true;
        for (const call of missed) latest.current?.onNew?.(call);
      } catch (problem) {
        if (wanted) setError(problem);
      } finally {
        if (wanted) setLoading(false);
      }
    };
    read.current = () => void load();
    const stop = live.listen((message) => {
      if (message.type === "joined" && message.room === name) void load();
      if (!isEvent(message)) return;
      latest.current?.onEvent?.(message);
      if (message.type !== "score" || !message.call) return;
      const isNew = ready && !current.current.has(message.contact_id);
      set(keep(current.current, message.call));
      if (isNew) latest.current?.onNew?.(message.call);
    });
    void load();
    const exit = latest.current ? live.enter(latest.current.room) : () => undefined;
    return () => {
      wanted = false;
      stop();
      exit();
    };
  }, [name, live, set]);

  const more = useCallback(() => {
    if (cursor === null) return;
    setCursor(null);
    api
      .calls({ ...latest.current?.query, cursor })
      .then((page) => {
        set(page.items.reduce(keep, current.current));
        setCursor(page.next_cursor);
      })
      .catch((problem: unknown) => {
        setError(problem);
        setCursor(cursor);
      });
  }, [cursor, set]);

  return {
    calls: [...calls.values()],
    loading,
    error,
    reload: useCallback(() => read.current(), []),
    more: cursor === null ? null : more,
  };
}
