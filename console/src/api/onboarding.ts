// Requests about applications: the applicant's, signed in or by a resume link, and the operators'.
import { api } from "./client";
import { documents, type Address, type Document } from "./documents";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type ApplicationView = Schemas["ApplicationView"];
export type OperatorView = Schemas["OperatorView"];
export type ApplicationPage = Schemas["ApplicationPage"];
export type NewApplication = Schemas["NewApplication"];
export type Applicant = Schemas["Applicant"];
export type History = Schemas["History"];
export type ApplicationEvent = Schemas["Event"];
export type ApplicationState = Schemas["State"];
export type ApplicationTag = Schemas["Tag"];
export type HelpAction = Schemas["HelpAction"];
export type ProductId = Schemas["ProductId"];
export type Resumed = Schemas["Resumed"];
export type ReviewDecision = Schemas["ReviewDecision"];
export type RuleHit = Schemas["RuleHit"];
export type VideoEntry = Schemas["VideoEntry"];

const one = (id: string, what = "") => `/api/onboarding/${encodeURIComponent(id)}${what}`;

export const onboarding = {
  start: (who: NewApplication) => api.send<ApplicationView>("POST", "/api/onboarding/start", who),
  newest: () => api.send<ApplicationView>("GET", "/api/onboarding/status"),
  withdraw: (id: string) => api.send<ApplicationView>("POST", one(id, "/withdraw")),
  sendLink: (id: string) =>
    api.send<Schemas["Sent"]>("POST", "/api/onboarding/resume-link", { application_id: id }),
  resume: (token: string) => api.send<Resumed>("POST", "/api/onboarding/resume", { token }, false),
};

export const operators = {
  list: (wanted: Record<string, string>, cursor: string | null) => {
    const given = Object.entries({ ...wanted, cursor: cursor ?? "" }).filter(([, value]) => value !== "");
    return api.send<ApplicationPage>("GET", `/api/onboarding?${new URLSearchParams(given).toString()}`);
  },
  get: (id: string) => api.send<OperatorView>("GET", one(id)),
  applicant: (id: string) => api.send<Applicant>("GET", one(id, "/applicant")),
  events: (id: string) => api.send<History>("GET", one(id, "/events")),
  videoHeld: (id: string) => api.send<OperatorView>("POST", one(id, "/video-held")),
  review: (id: string, decision: ReviewDecision, code: string, text: string) =>
    api.send<OperatorView>("POST", one(id, "/review"), { decision, code, text }),
  help: (id: string, action: HelpAction, text: string) =>
    api.send<OperatorView>("POST", one(id, "/help"), { action, text }),
  video: (id: string) =>
    api.send<VideoEntry>("POST", "/api/onboarding/video-session", { application_id: id }),
};

/** A document as far as the way needs it. */
export type Paper = Pick<Document, "document_id" | "kind" | "title" | "owner" | "state">;

/** What an applicant does on the way, whether signed in or come by a link. */
export interface Journey {
  status: () => Promise<ApplicationView>;
  code: (code: string) => Promise<ApplicationView>;
  another: () => Promise<ApplicationView>;
  video: () => Promise<VideoEntry>;
  /** The documents of the application, as far as they are known before they are read. */
  documents: () => Promise<Paper[]>;
  address: (documentId: string) => Promise<Address>;
  sign: (documentId: string, name: string) => Promise<ApplicationView>;
  /** The session of a resume link; null for who is signed in, who may also withdraw and send links. */
  session: string | null;
}

const GONE: Document["state"] = "discarded";

/** The journey of somebody signed in. */
export function signedIn(id: string): Journey {
  const which = { application_id: id };
  return {
    session: null,
    status: () => api.send("GET", `/api/onboarding/status?${new URLSearchParams(which).toString()}`),
    code: (code) => api.send("POST", one(id, "/code"), { code }),
    another: () => api.send("POST", "/api/onboarding/send-sms", which),
    video: () => api.send("POST", "/api/onboarding/video-session", which),
    documents: async () =>
      (await documents.list({ limit: "100" }, null)).items.filter(({ owner, state }) => owner === id && state !== GONE),
    address: documents.address,
    sign: (documentId, name) => api.send("POST", one(id, "/sign"), { document_id: documentId, name }),
  };
}

/** The journey of somebody who came by a link and holds its session. */
export function byLink(session: string): Journey {
  const ask = <T>(method: string, what: string, body?: unknown) =>
    api.send<T>(method, `/api/onboarding/resumed/${what}`, body, false, { "x-onboarding-session": session });
  return {
    session,
    status: () => ask("GET", "status"),
    code: (code) => ask("POST", "code", { code }),
    another: () => ask("POST", "send-sms"),
    video: () => ask("POST", "video-session"),
    documents: () => Promise.resolve([]),
    address: (documentId) =>
      ask<Schemas["DocumentAddress"]>("GET", `documents/${encodeURIComponent(documentId)}`),
    sign: (documentId, name) => ask("POST", "sign", { document_id: documentId, name }),
  };
}
