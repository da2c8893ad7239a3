// Requests about cases, for those who decide on them. Each change names the version that was looked at.
import { api } from "./client";
import type { Case, CaseDetail, CasePage, DecideCase } from "./types";

const one = (id: string, what: string) => `/api/cases/${encodeURIComponent(id)}${what}`;

export const cases = {
  list: (wanted: Record<string, string>, cursor: string | null) => {
    const given = Object.entries({ ...wanted, cursor: cursor ?? "" }).filter(([, value]) => value !== "");
    return api.send<CasePage>("GET", `/api/cases?${new URLSearchParams(given).toString()}`);
  },
  get: (id: string) => api.send<CaseDetail>("GET", one(id, "")),
  open: (customerId: string, transactionId: string) =>
    api.send<Case>("POST", "/api/cases", { customer_id: customerId, transaction_id: transactionId }),
  staff: async () => (await api.send<{ items: string[] }>("GET", "/api/cases/staff")).items,
  assign: (id: string, assignee: string | null, version: number) =>
    api.send<Case>("POST", one(id, "/assign"), { assignee, version }),
  comment: (id: string, text: string) => api.send<Case>("POST", one(id, "/comment"), { text }),
  decide: (id: string, decision: Partial<DecideCase>) => api.send<Case>("POST", one(id, "/decision"), decision),
  reopen: (id: string, text: string, version: number) =>
    api.send<Case>("POST", one(id, "/reopen"), { text, version }),
};
