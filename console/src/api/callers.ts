// Requests about callers' numbers, lists and campaigns.
import { api } from "./client";
import type {
  CallerFeedbackTaken,
  CallerProfile,
  CampaignDetail,
  CampaignPage,
  CampaignVerdict,
  ListEntry,
  ListEntryPage,
  ListName,
} from "./types";

const campaign = (id: string, what = "") => `/api/callers/campaigns/${encodeURIComponent(id)}${what}`;
const query = (given: Record<string, string>, cursor: string | null) =>
  new URLSearchParams(cursor ? { ...given, cursor } : given).toString();

export const callers = {
  profile: (number: string) =>
    api.send<CallerProfile>("GET", `/api/profiles/caller/${encodeURIComponent(number)}`),
  entries: (list: ListName, cursor: string | null) =>
    api.send<ListEntryPage>("GET", `/api/callers/lists?${query({ list }, cursor)}`),
  put: (caller: string, list: ListName, days: number, reason: string) =>
    api.send<ListEntry>("POST", "/api/callers/lists", { caller, list, days, reason }),
  remove: (caller: string, list: ListName) =>
    api.send<unknown>("DELETE", `/api/callers/lists/${list}/${encodeURIComponent(caller)}`),
  feedback: (contactId: string, spam: boolean) =>
    api.send<CallerFeedbackTaken>("POST", "/api/callers/feedback", { contact_id: contactId, spam }),
  campaigns: (cursor: string | null) =>
    api.send<CampaignPage>("GET", `/api/callers/campaigns?${query({}, cursor)}`),
  campaign: (id: string) => api.send<CampaignDetail>("GET", campaign(id)),
  judge: (id: string, verdict: CampaignVerdict) =>
    api.send<CampaignDetail>("POST", campaign(id, "/verdict"), { verdict }),
};
