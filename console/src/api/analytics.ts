// Requests about the business as a whole, for those who lead.
import type { Language } from "../i18n/language";
import { api } from "./client";
import type {
  CohortAnalytics,
  CustomerAnalytics,
  LinkedReport,
  Metrics,
  ReportFormat,
  ReportKind,
  TransactionAnalytics,
} from "./types";

export const analytics = {
  metrics: () => api.send<Metrics>("GET", "/api/analytics/metrics"),
  customers: () => api.send<CustomerAnalytics>("GET", "/api/analytics/customers"),
  transactions: (by: "day" | "month") => api.send<TransactionAnalytics>("GET", `/api/analytics/transactions?by=${by}`),
  cohorts: () => api.send<CohortAnalytics>("GET", "/api/analytics/cohorts"),
  report: (kind: ReportKind, format: ReportFormat, language: Language) =>
    api.send<LinkedReport>("POST", "/api/reports", { kind, format, language }),
};
