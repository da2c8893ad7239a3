// Requests about oneself: profile, sessions, export, erasure.
import { api } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Profile = Schemas["Profile"];
export type OpenSession = Schemas["OpenSession"];
export type Kept = Schemas["Kept"];

export const account = {
  profile: () => api.send<Profile>("GET", "/api/users/profile"),
  change: (email: string, locale: string) => api.send<Profile>("PUT", "/api/users/profile", { email, locale }),
  sessions: async () => (await api.send<{ items: OpenSession[] }>("GET", "/api/users/sessions")).items,
  end: (id: string) => api.send<undefined>("DELETE", `/api/users/sessions/${encodeURIComponent(id)}`),
  endAll: () => api.send<undefined>("DELETE", "/api/users/sessions"),
  export: () => api.send<unknown>("GET", "/api/users/export"),
  erase: async (password: string) =>
    (await api.send<{ kept: Kept[] }>("DELETE", "/api/users/me", { password })).kept,
};
