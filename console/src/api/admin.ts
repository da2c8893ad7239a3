// Requests of administrators.
import { api } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Dashboard = Schemas["Dashboard"];
export type User = Schemas["User"];
export type UserWithRights = Schemas["UserWithRights"];
export type AuditPage = Schemas["AuditPage"];
export type AuditEntry = Schemas["AuditEntry"];
export type LogPage = Schemas["LogPage"];
export type Line = Schemas["Line"];
export type SystemHealth = Schemas["SystemHealth"];
export type Usage = Schemas["FunctionUsage"];
export type VendorUsage = Schemas["VendorUsage"];
export type VendorPerformance = Schemas["VendorPerformance"];
interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

const query = (values: Record<string, string | null>) =>
  new URLSearchParams(Object.entries(values).filter((pair): pair is [string, string] => Boolean(pair[1]))).toString();
const user = (name: string, what: string) => `/api/admin/users/${encodeURIComponent(name)}/${what}`;

export const admin = {
  dashboard: () => api.send<Dashboard>("GET", "/api/admin/dashboard"),
  users: (role: string, prefix: string, cursor: string | null) =>
    api.send<Page<User>>("GET", `/api/admin/users?${query({ role, prefix: role ? "" : prefix, cursor })}`),
  user: (name: string) => api.send<UserWithRights>("GET", user(name, "details")),
  setRights: (name: string, roles: string[], teams: string[], reason: string) =>
    api.send<UserWithRights>("POST", user(name, "roles"), { roles, teams, reason }),
  disable: (name: string, reason: string) => api.send<UserWithRights>("POST", user(name, "disable"), { reason }),
  enable: (name: string, reason: string) => api.send<UserWithRights>("POST", user(name, "enable"), { reason }),
  audit: (day: string, action: string, person: string, cursor: string | null) =>
    api.send<AuditPage>("GET", `/api/admin/audit?${query({ day, action, person, cursor })}`),
  logs: (of: { function: string; level: string; correlation_id: string; hours: string }, cursor: string | null) =>
    api.send<LogPage>("GET", `/api/admin/logs?${query({ ...of, cursor })}`),
  health: () => api.send<SystemHealth>("GET", "/api/admin/monitoring/health"),
  performance: async () => (await api.send<{ items: Usage[] }>("GET", "/api/admin/monitoring/performance")).items,
  vendors: () => api.send<VendorPerformance>("GET", "/api/admin/monitoring/vendors"),
};
