import { useEffect, useState } from "react";
import { api } from "../api/client";
import type { Alert, Call } from "../api/types";
import { useSession } from "../session";

export interface CallAlert {
  contactId: string;
  alert: Alert;
  at: number;
}

export interface FollowedCalls {
  calls: Call[];
  alerts: CallAlert[];
  loading: boolean;
  dismiss: (alert: CallAlert) => void;
}

/** A list of calls that stays up to date: read over HTTP, then by the news of a room. */
export function useCalls(query: Record<string, string>, room: string, join: Record<string, unknown>): FollowedCalls {
  const { live } = useSession();
  const [calls, setCalls] = useState<Map<string, Call>>(new Map());
  const [alerts, setAlerts] = useState<CallAlert[]>([]);
  const [loading, setLoading] = useState(true);
  const asked = JSON.stringify([query, join]);

  useEffect(() => {
    let wanted = true;
    const [listQuery, joinMessage] = JSON.parse(asked) as [Record<string, string>, Record<string, unknown>];
    const keep = (call: Call) =>
      setCalls((known) => {
        const before = known.get(call.contact_id);
        return before && before.seq >= call.seq ? known : new Map(known).set(call.contact_id, call);
      });
    const load = () =>
      api
        .calls(listQuery)
        .then((page) => wanted && page.items.forEach(keep))
        .catch(() => undefined)
        .finally(() => wanted && setLoading(false));
    const stop = live.listen((message) => {
      if (message.type === "joined" && message.room === room) void load();
      if (message.type === "score" && message.call) keep(message.call);
      if (message.type === "alert" && message.alert) {
        const found = { contactId: message.contact_id, alert: message.alert, at: message.at };
        setAlerts((known) => [
          found,
          ...known.filter((item) => item.contactId !== found.contactId || item.alert.code !== found.alert.code),
        ]);
      }
    });
    void load();
    live.join(room, () => joinMessage);
    return () => {
      wanted = false;
      stop();
    };
  }, [asked, live, room]);

  return {
    calls: [...calls.values()],
    alerts,
    loading,
    dismiss: (alert) => setAlerts((known) => known.filter((item) => item !== alert)),
  };
}
