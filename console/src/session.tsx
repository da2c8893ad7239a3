import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { api } from "./api/client";
import type { Session } from "./api/types";
import { LiveSocket, type SocketLike } from "./live/socket";

interface SessionValue {
  user: Session["user"] | null;
  loading: boolean;
  live: LiveSocket;
  isAgent: boolean;
  /** Sees calls of others: supervisors their teams', analysts and administrators all. */
  isLead: boolean;
  /** Decides about models: which version answers, and when to look for drift. */
  isAnalyst: boolean;
  /** Answers for what is spent: supervisors and administrators. */
  isManager: boolean;
  /** Has an account of their own, and applies for one at the bank. Who works here as well works here. */
  isCustomer: boolean;
  isAdmin: boolean;
  signIn: (username: string, password: string) => Promise<void>;
  signOut: () => Promise<void>;
}

const Context = createContext<SessionValue | null>(null);
const LEADS = ["supervisor", "analyst", "admin"];
const MANAGERS = ["supervisor", "admin"];
const ANALYSTS = ["analyst", "admin"];

const live = new LiveSocket({
  token: (renew) => api.freshToken(renew),
  // A browser cannot set a header on a WebSocket: the query is the one address that a token may be in.
  connect: (token) => {
    const origin = location.origin.replace(/^http/, "ws");
    return new WebSocket(`${origin}/live?token=${encodeURIComponent(token)}`) as SocketLike;
  },
  random: Math.random,
});

export function SessionProvider({ children }: { children: ReactNode }) {
  const [user, setUser] = useState<Session["user"] | null>(null);
  const [loading, setLoading] = useState(true);

  const enter = useCallback((session: Session) => {
    setUser(session.user);
    if (session.user.roles.some((role) => role === "agent" || LEADS.includes(role))) live.open();
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
    const nudge = () => {
      if (document.visibilityState === "visible") live.nudge();
    };
    window.addEventListener("online", nudge);
    document.addEventListener("visibilitychange", nudge);
    return () => {
      window.removeEventListener("online", nudge);
      document.removeEventListener("visibilitychange", nudge);
    };
  }, [enter]);

  const value = useMemo<SessionValue>(
    () => ({
      user,
      loading,
      live,
      isAgent: user?.roles.includes("agent") ?? false,
      isLead: user?.roles.some((role) => LEADS.includes(role)) ?? false,
      isManager: user?.roles.some((role) => MANAGERS.includes(role)) ?? false,
      isAnalyst: user?.roles.some((role) => ANALYSTS.includes(role)) ?? false,
      isCustomer: isCustomer(user?.roles ?? []),
      isAdmin: user?.roles.includes("admin") ?? false,
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

function isCustomer(roles: string[]): boolean {
  return roles.includes("customer") && !roles.some((role) => role === "agent" || LEADS.includes(role));
}

export function useSession(): SessionValue {
  const value = useContext(Context);
  if (!value) throw new Error("SessionProvider is missing");
  return value;
}
