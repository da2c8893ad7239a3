import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { api } from "./api/client";
import type { Session } from "./api/types";
import { LiveSocket } from "./live/socket";

interface SessionValue {
  user: Session["user"] | null;
  loading: boolean;
  live: LiveSocket;
  signIn: (username: string, password: string) => Promise<void>;
  signOut: () => Promise<void>;
}

const Context = createContext<SessionValue | null>(null);
const live = new LiveSocket(() => api.freshToken());

export function SessionProvider({ children }: { children: ReactNode }) {
  const [user, setUser] = useState<Session["user"] | null>(null);
  const [loading, setLoading] = useState(true);

  const enter = useCallback((session: Session) => {
    setUser(session.user);
    live.open();
  }, []);

  useEffect(() => {
    api.onSignedOut = () => {
      live.close();
      setUser(null);
    };
    void api.resume().then((session) => {
      if (session) enter(session);
      setLoading(false);
    });
  }, [enter]);

  const value = useMemo<SessionValue>(
    () => ({
      user,
      loading,
      live,
      signIn: async (username, password) => enter(await api.login(username, password)),
      signOut: async () => {
        live.close();
        setUser(null);
        await api.logout().catch(() => undefined);
      },
    }),
    [user, loading, enter],
  );
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function useSession(): SessionValue {
  const value = useContext(Context);
  if (!value) throw new Error("SessionProvider is missing");
  return value;
}
