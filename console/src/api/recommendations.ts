// What to do for a customer, what became of it, and what it brought.
import { api } from "./client";
import { known } from "./known";
import type { DismissalReason, Recommendation, RecommendationPage, RecommendationStats } from "./types";

const of = (userId: string) => `/api/recommendations/${encodeURIComponent(userId)}`;

export const recommendations = {
  page: (userId: string, cursor: string | null) =>
    known(api.send<RecommendationPage>("GET", `${of(userId)}${cursor ? `?${new URLSearchParams({ cursor })}` : ""}`)),
  open: (userId: string) => known(api.send<RecommendationPage>("GET", `${of(userId)}?state=open`)),
  stats: () => api.send<RecommendationStats>("GET", "/api/recommendations/stats"),
  implement: (one: Recommendation, note: string) =>
    api.send<Recommendation>("POST", `${of(one.customer_id)}/${one.recommendation_id}/implement`, { note }),
  dismiss: (one: Recommendation, reason: DismissalReason, note: string) =>
    api.send<Recommendation>("POST", `${of(one.customer_id)}/${one.recommendation_id}/dismiss`, { reason, note }),
  judge: (one: Recommendation, helpful: boolean, text: string) =>
    api.send<Recommendation>("POST", `${of(one.customer_id)}/${one.recommendation_id}/feedback`, { helpful, text }),
};
