// Vonage's video client, where an installation says from where to load it: https://developer.vonage.com/en/video
import type { VideoEntry } from "../api/onboarding";

interface Connectable {
  connect: (token: string, done: (error?: Error) => void) => void;
  disconnect: () => void;
  on: (event: "streamCreated", act: (event: { stream: unknown }) => void) => void;
  publish: (publisher: unknown) => void;
  subscribe: (stream: unknown, into: HTMLElement, options: object) => void;
}

interface Client {
  initSession: (applicationId: string, sessionId: string) => Connectable;
  initPublisher: (into: HTMLElement, options: object) => unknown;
}

declare global {
  interface Window {
    OT?: Client;
  }
}

/** Where the client's script is; empty where no installation has said so. */
export const VONAGE_SCRIPT: string = (import.meta.env.VITE_VONAGE_VIDEO_SCRIPT as string | undefined) ?? "";
const VIEW = { insertMode: "append", width: "100%", height: "100%" };

/** The application that a client token was signed for. */
export function applicationOf(token: string): string {
  const payload = (token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
  const claims = JSON.parse(atob(payload)) as { application_id?: string };
  if (!claims.application_id) throw new Error("the token names no application");
  return claims.application_id;
}

function loaded(): Promise<Client> {
  if (window.OT) return Promise.resolve(window.OT);
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = VONAGE_SCRIPT;
    script.onload = () => (window.OT ? resolve(window.OT) : reject(new Error("the script brought no client")));
    script.onerror = () => reject(new Error("the script did not load"));
    document.head.append(script);
  });
}

/** Enters a session: others appear in `theirs`, one's own picture in `own`. Returns how to leave. */
export async function enter(entry: VideoEntry, theirs: HTMLElement, own: HTMLElement): Promise<() => void> {
  const client = await loaded();
  const session = client.initSession(applicationOf(entry.token), entry.session_id);
  session.on("streamCreated", ({ stream }) => session.subscribe(stream, theirs, VIEW));
  await new Promise<void>((resolve, reject) =>
    session.connect(entry.token, (error) => (error ? reject(error) : resolve())),
  );
  session.publish(client.initPublisher(own, VIEW));
  return () => session.disconnect();
}
