// Requests about models: their evidence, drift, roll-out and predictions.
import { api } from "./client";
import type { Answer, Cell, DriftReport, ModelField, ModelSummary, Performance, Rollout } from "./types";

const path = (name: string, what: string) => `/api/models/${encodeURIComponent(name)}/${what}`;
const items = async <T>(address: string): Promise<T[]> => (await api.send<{ items: T[] }>("GET", address)).items;

export const models = {
  list: () => items<ModelSummary>("/api/models"),
  performance: (name: string) => api.send<Performance>("GET", path(name, "performance")),
  reports: (name: string, limit = 30) => items<DriftReport>(path(name, `drift?limit=${limit}`)),
  history: (name: string) => items<Rollout>(path(name, "history")),
  fields: (name: string) => items<ModelField>(path(name, "fields")),
  look: async (name: string, days: number) =>
    (await api.send<{ items: DriftReport[] }>("POST", path(name, "drift"), { days })).items,
  // Tried out only: a what-if must not look like drift.
  predict: (name: string, subject: string, row: Record<string, Cell>) =>
    api.send<Answer>("POST", path(name, "predict"), { subject, row, record: false }),
  promote: (name: string, version: string, reason: string) =>
    api.send<Rollout>("POST", path(name, "promote"), { version, reason }),
  rollBack: (name: string, reason: string) => api.send<Rollout>("POST", path(name, "rollback"), { reason }),
  /** A version beside the champion: it answers a share of customers, or is only scored for them. Null ends it. */
  compare: (name: string, how: "challenge" | "shadow", version: string | null, share: number, reason: string) =>
    api.send<Rollout>("POST", path(name, how), { version, share, reason }),
};
