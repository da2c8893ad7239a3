// Signing in to Genesys: in this tab, or in a window of its own where the page stands in a frame, which Genesys' sign-in
// page does not let itself be shown in. The window hands code and state to the frame that opened it and closes.
const KIND = "rapport.genesys";
export const PATH = "/assist";

export interface Returned {
  code: string;
  state: string;
}

export const framed = (): boolean => window.self !== window.top;

/** Code and state in an address, if Genesys sent them. */
export function returned(search: string): Returned | null {
  const query = new URLSearchParams(search);
  const [code, state] = [query.get("code"), query.get("state")];
  return code && state ? { code, state } : null;
}

/** In the window that a frame opened: hand over what came back. Says whether that is all there is to do here. */
export function handOver(where: Location, opener: Window | null, close = () => window.close()): boolean {
  const found = where.pathname === PATH ? returned(where.search) : null;
  if (!found || !opener) return false;
  opener.postMessage({ kind: KIND, ...found }, where.origin);
  close();
  return true;
}

/** What a message of the window says; null for anybody else's message. */
export function heard(event: MessageEvent<unknown>, origin: string, from: Window | null): Returned | null {
  if (event.origin !== origin || event.source !== from || typeof event.data !== "object" || !event.data) return null;
  const { kind, code, state } = event.data as Record<string, unknown>;
  return kind === KIND && typeof code === "string" && typeof state === "string" ? { code, state } : null;
}
