import { useEffect, useMemo, useSyncExternalStore } from "react";
import { api } from "../api/client";
import { useSession } from "../session";
import { LiveSession, type View } from "./session";

/** Follow a call while the component is shown. */
export function useCall(contactId: string): View & { reload: () => void } {
  const { live } = useSession();
  const session = useMemo(() => new LiveSession(contactId, api, live), [contactId, live]);
  useEffect(() => session.start(), [session]);
  const view = useSyncExternalStore(session.watch, session.current);
  return { ...view, reload: session.reload };
}
