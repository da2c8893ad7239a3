// Requests about AI help: the chatbot, its memory, and what everything cost.
import { api } from "./client";
import type { ChatAnswer, ChatTurn, Conversation, Handover, InteractionPage, SessionPage, UsageReport } from "./types";
import type { Language } from "../i18n/language";

const conversation = (sessionId: string) => `/api/ai/chatbot/sessions/${encodeURIComponent(sessionId)}`;
const after = (cursor: string | null) => (cursor ? `&cursor=${encodeURIComponent(cursor)}` : "");

export const ai = {
  say: (message: string, language: Language, sessionId: string | null) =>
    api.send<ChatAnswer>("POST", "/api/ai/chatbot", { message, language, session_id: sessionId }),
  sessions: async () => (await api.send<SessionPage>("GET", "/api/ai/chatbot/sessions?limit=20")).items,
  turns: async (sessionId: string): Promise<ChatTurn[]> => {
    const turns: ChatTurn[] = [];
    let cursor: string | null = null;
    do {
      const page: Conversation = await api.send("GET", `${conversation(sessionId)}?limit=100${after(cursor)}`);
      turns.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor);
    return turns;
  },
  judge: (interactionId: string, helpful: boolean) =>
    api.send<unknown>("POST", `/api/ai/interactions/${encodeURIComponent(interactionId)}/feedback`, { helpful }),
  usage: (days: number) => api.send<UsageReport>("GET", `/api/ai/analytics?days=${days}`),
  interactions: (cursor: string | null) => api.send<InteractionPage>("GET", `/api/ai/interactions?limit=25${after(cursor)}`),
  handovers: async () => (await api.send<{ items: Handover[] }>("GET", "/api/ai/handovers")).items,
  take: (handoverId: string) => api.send<Handover>("POST", `/api/ai/handovers/${encodeURIComponent(handoverId)}/take`, {}),
};
