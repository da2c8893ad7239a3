// Requests of the profile assistant.
import { api } from "./client";
import type { AssistConnected, AssistProfile, AssistSession } from "./types";

export const assist = {
  /** The customer of a conversation; `confirmed` is a candidate that the agent asked after. */
  profile: (conversation: string, confirmed?: Candidate) => {
    const given = Object.entries(confirmed ?? {}).filter((entry): entry is [string, string] => Boolean(entry[1]));
    const query = given.length ? `?${new URLSearchParams(given).toString()}` : "";
    return api.send<AssistProfile>("GET", `/api/assist/conversations/${encodeURIComponent(conversation)}${query}`);
  },
  /** Where to sign in to Genesys. `region` is what Genesys tells an embedded page of itself. */
  begin: async (conversation: string, region: string | null) => {
    const body = { conversation_id: conversation, ...(region ? { region } : {}) };
    const { started } = await api.send<AssistSession>("POST", "/api/assist/session", body);
    return started?.authorize_url ?? null;
  },
  finish: async (code: string, state: string): Promise<AssistConnected | null> => {
    const { connected } = await api.send<AssistSession>("POST", "/api/assist/session", { code, state });
    return connected ?? null;
  },
};

export interface Candidate {
  pcin?: string | null;
  bcin?: string | null;
}
