// Calls the HTTP API on this origin. Errors are problem+json and become `ApiProblem`.
import type {
  ActionTaken,
  Call,
  CallPage,
  Note,
  Outcome,
  Problem,
  Registered,
  Registration,
  Session,
  TimelineEntry,
  TimelinePage,
} from "./types";

type Headers = Record<string, string>;

export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly problem: Partial<Problem>,
  ) {
    super(problem.detail ?? `HTTP ${status}`);
  }
}

// The access token lives in memory only: nothing that reads storage finds one that works. The refresh token is kept
// in the tab's sessionStorage, so that reloading the page does not sign out; a later visit cannot read it, and signing
// out ends it on the server. A cookie would outlive the tab and go along with requests that nobody meant.
const KEPT = "rapport.refresh";
// A token is renewed this long before it ends, or after three quarters of its life if it is short.
const RENEW_BEFORE_MS = 5 * 60_000;

export class Api {
  private access = "";
  private goodUntil = 0;
  private renewAt = 0;
  private renewing: Promise<Session> | null = null;
  onSignedOut: () => void = () => undefined;

  /** An access token for a new connection; `renew` where the last one was refused. */
  async freshToken(renew = false): Promise<{ value: string; goodUntil: number }> {
    if (renew || Date.now() > this.renewAt) await this.renew();
    return { value: this.access, goodUntil: this.goodUntil };
  }

  async login(username: string, password: string): Promise<Session> {
    return this.adopt(await this.send<Session>("POST", "/api/auth/login", { username, password }, false));
  }

  register = (who: Registration): Promise<Registered> => this.send("POST", "/api/auth/register", who, false);

  verify = (username: string, code: string): Promise<unknown> =>
    this.send("POST", "/api/auth/verify", { username, code }, false);

  /** Continue the tab's session, if it has one. */
  async resume(): Promise<Session | null> {
    if (!sessionStorage.getItem(KEPT)) return null;
    try {
      return await this.renew();
    } catch {
      return null;
    }
  }

  /** New tokens; several callers at once share one request. A refusal signs out, an outage does not. */
  private renew(): Promise<Session> {
    this.renewing ??= this.send<Session>(
      "POST",
      "/api/auth/refresh",
      { refresh_token: sessionStorage.getItem(KEPT) ?? "" },
      false,
    )
      .then((session) => this.adopt(session))
      .catch((error: unknown) => {
        if (error instanceof ApiProblem && error.status >= 400 && error.status < 500 && error.status !== 429) {
          this.forget();
          this.onSignedOut();
        }
        throw error;
      })
      .finally(() => (this.renewing = null));
    return this.renewing;
  }

  async logout(): Promise<void> {
    try {
      await this.send("POST", "/api/auth/logout");
    } finally {
      this.forget();
    }
  }

  private adopt(session: Session): Session {
    this.access = session.access_token;
    const life = session.expires_in * 1000;
    this.goodUntil = Date.now() + life;
    this.renewAt = this.goodUntil - Math.min(RENEW_BEFORE_MS, life / 4);
    sessionStorage.setItem(KEPT, session.refresh_token);
    return session;
  }

  private forget(): void {
    this.access = "";
    this.goodUntil = this.renewAt = 0;
    sessionStorage.removeItem(KEPT);
  }

  call = (id: string): Promise<Call> => this.send("GET", `/api/calls/${encodeURIComponent(id)}`);

  calls = (query: Record<string, string>): Promise<CallPage> =>
    this.send("GET", `/api/calls?${new URLSearchParams(query).toString()}`);

  async timeline(id: string): Promise<TimelineEntry[]> {
    const entries: TimelineEntry[] = [];
    let cursor = "";
    do {
      const query = new URLSearchParams(cursor ? { cursor } : {}).toString();
      const page: TimelinePage = await this.send("GET", `/api/calls/${encodeURIComponent(id)}/timeline?${query}`);
      entries.push(...page.items);
      cursor = page.next_cursor ?? "";
    } while (cursor);
    return entries;
  }

  notes = async (id: string): Promise<Note[]> =>
    (await this.send<{ items: Note[] }>("GET", `/api/calls/${encodeURIComponent(id)}/notes`)).items;

  actions = async (id: string): Promise<ActionTaken[]> =>
    (await this.send<{ items: ActionTaken[] }>("GET", `/api/calls/${encodeURIComponent(id)}/actions`)).items;

  addNote = (id: string, text: string): Promise<Note> =>
    this.send("POST", `/api/calls/${encodeURIComponent(id)}/notes`, { text });

  act = (id: string, kind: ActionTaken["kind"], more: { recommendation?: string; comment?: string }) =>
    this.send<ActionTaken>("POST", `/api/calls/${encodeURIComponent(id)}/actions`, { kind, ...more });

  end = (id: string, outcome: Outcome): Promise<Call> =>
    this.send("POST", "/api/end_call", { contact_id: id, outcome });

  /** One request, answered as JSON. The pages that not everybody opens bring their own requests (`models.ts` and others). */
  async send<T>(method: string, path: string, body?: unknown, authorised = true, more: Headers = {}): Promise<T> {
    // One key for all tries of this request: a retry after renewal cannot write twice.
    const key = crypto.randomUUID();
    if (authorised && Date.now() > this.renewAt) await this.renew();
    let answer = await this.fetch(method, path, body, key, authorised, more);
    if (answer.status === 401 && authorised && sessionStorage.getItem(KEPT)) {
      await this.renew();
      answer = await this.fetch(method, path, body, key, authorised, more);
    }
    if (answer.status === 204) return undefined as T;
    const content: unknown = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new ApiProblem(answer.status, content as Partial<Problem>);
    return content as T;
  }

  private fetch(
    method: string,
    path: string,
    body: unknown,
    key: string,
    authorised: boolean,
    more: Headers,
  ): Promise<Response> {
    const headers: Headers = { ...more };
    if (authorised) headers.authorization = `Bearer ${this.access}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    if (method === "POST" && authorised) headers["idempotency-key"] = key;
    return fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  }
}

export const api = new Api();
