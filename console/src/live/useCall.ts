import { useCallback, useEffect, useRef, useState } from "react";
import { api, ApiProblem } from "../api/client";
import { useSession } from "../session";
import { apply, emptyCall, type CallEvent, type LiveCall } from "./reducer";
import type { Message } from "./socket";

export interface FollowedCall {
  state: LiveCall;
  error: string | null;
  reload: () => void;
}

function isEvent(message: Message, contactId: string): message is CallEvent {
  return "seq" in message && "contact_id" in message && message.contact_id === contactId && message.type !== "resync";
}

/** Follow a call: read it over HTTP once, then keep it up to date live, without gap or repeat. */
export function useCall(contactId: string): FollowedCall {
  const { live } = useSession();
  const [state, setState] = useState<LiveCall>(emptyCall);
  const [error, setError] = useState<string | null>(null);
  const [generation, setGeneration] = useState(0);
  const current = useRef<LiveCall>(emptyCall);
  const reload = useCallback(() => setGeneration((value) => value + 1), []);

  useEffect(() => {
    let wanted = true;
    let ready = false;
    const room = `CALL#${contactId}`;
    const joinMessage = () => ({ action: "join_call", contact_id: contactId, last_seq: current.current.seq });
    const set = (next: LiveCall) => {
      current.current = next;
      setState(next);
    };
    current.current = emptyCall;

    const stop = live.listen((message) => {
      if (!wanted || !ready) return;
      if (message.type === "resync" && message.contact_id === contactId) {
        reload();
      } else if (isEvent(message, contactId)) {
        const { state: next, gap } = apply(current.current, message);
        if (gap) live.send(joinMessage());
        else if (next !== current.current) set(next);
      }
    });

    async function load(): Promise<void> {
      // The header first: its seq is not later than what the lists hold, so the replay covers the difference.
      const call = await api.call(contactId);
      const [entries, notes, actions] = await Promise.all([
        api.timeline(contactId),
        api.notes(contactId),
        api.actions(contactId),
      ]);
      if (!wanted) return;
      set({ call, entries, notes, actions, alert: null, seq: call.seq });
      setError(null);
      ready = true;
      live.join(room, joinMessage);
    }
    load().catch((problem: unknown) => {
      if (wanted) setError(problem instanceof ApiProblem ? problem.message : String(problem));
    });
    return () => {
      wanted = false;
      stop();
      live.leave(room, { action: "leave_call", contact_id: contactId });
    };
  }, [contactId, generation, live, reload]);

  return { state, error, reload };
}
