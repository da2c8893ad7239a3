// What to do for a customer, what became of it, and what it brought.
import { api } from "./client";
import { known } from "./known";
import type { DismissalReason, Recommendation, RecommendationPage, RecommendationStats } from "./types";

const of = (userId: string) => `/api/recommendations/${encodeURIComponent(userId)}`;

export const recommendations = {
  /** Nothing for whom nobody keeps a record of. */
  page: async (userId: string, cursor: string | null): Promise<Pick<RecommendationPage, "items" | "next_cursor">> => {
    const query = cursor ? `?${new URLSearchParams({ cursor })}` : "";
    const page = await known(api.send<RecommendationPage>("GET", `${of(userId)}${query}`));
    return page === "unknown" ? { items: [], next_cursor: null } : page;
  },
  open: (userId: string) => known(api.send<RecommendationPage>("GET", `${of(userId)}?state=open`)),
  stats: () => api.send<RecommendationStats>("GET", "/api/recommendations/stats"),
  implement: (one: Recommendation, note: string) =>
    api.send<Recommendation>("POST", `${of(one.customer_id)}/${one.recommendation_id}/implement`, { note }),
  dismiss: (one: Recommendation, reason: DismissalReason, note: string) =>
    api.send<Recommendation>("POST", `${of(one.customer_id)}/${one.recommendation_id}/dismiss`, { reason, note }),
  judge: (one: Recommendation, helpful: boolean, text: string) =>
    api.send<Recommendation>("POST", `${of(one.customer_id)}/${one.recommendation_id}/feedback`, { helpful, text }),
};
