// The session that a resume link was exchanged for: in the tab's sessionStorage, so that reloading goes on and a later
// visit cannot read it.
const KEPT = "rapport.onboarding";

export interface Held {
  session: string;
  /** Epoch ms. */
  expires_at: number;
}

export function hold(held: Held): void {
  sessionStorage.setItem(KEPT, JSON.stringify(held));
}

/** The session of this tab, unless it has ended or is not one. */
export function held(now: number): Held | null {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Partial<Held> | null;
    if (typeof found?.session === "string" && typeof found.expires_at === "number" && found.expires_at > now)
      return { session: found.session, expires_at: found.expires_at };
  } catch {
    // Not ours: as if there were none.
  }
  return null;
}

export function letGo(): void {
  sessionStorage.removeItem(KEPT);
}

/** The token in the address, taken out of it and out of the history entry before anything else can see it. */
export function takeToken(): string | null {
  const token = location.hash.slice(1);
  if (token === "") return null;
  history.replaceState(history.state, "", location.pathname + location.search);
  return token;
}
