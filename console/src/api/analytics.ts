// Requests about the business as a whole, for those who lead.
import type { Language } from "../i18n/language";
import { api } from "./client";
import type {
  CallAnalytics,
  CohortAnalytics,
  CustomerAnalytics,
  CustomerSummary,
  LinkedReport,
  Metrics,
  ReportFormat,
  ReportKind,
  RevenueAnalytics,
  SegmentAnalytics,
  SegmentMembers,
  TransactionAnalytics,
  ValueAnalytics,
} from "./types";

export const analytics = {
  metrics: () => api.send<Metrics>("GET", "/api/analytics/metrics"),
  customers: () => api.send<CustomerAnalytics>("GET", "/api/analytics/customers"),
  transactions: (by: "day" | "month") => api.send<TransactionAnalytics>("GET", `/api/analytics/transactions?by=${by}`),
  cohorts: () => api.send<CohortAnalytics>("GET", "/api/analytics/cohorts"),
  segments: () => api.send<SegmentAnalytics>("GET", "/api/analytics/segments"),
  segmentCustomers: (code: string, cursor: string | null) =>
    api.send<SegmentMembers>(
      "GET",
      `/api/analytics/segments/${encodeURIComponent(code)}/customers?${new URLSearchParams({ limit: "10", ...(cursor ? { cursor } : {}) })}`,
    ),
  value: () => api.send<ValueAnalytics>("GET", "/api/analytics/value"),
  revenue: () => api.send<RevenueAnalytics>("GET", "/api/analytics/revenue"),
  calls: () => api.send<CallAnalytics>("GET", "/api/analytics/calls"),
  /** One customer; agents may read it, too. */
  summary: (id: string) => api.send<CustomerSummary>("GET", `/api/analytics/${encodeURIComponent(id)}/summary`),
  report: (kind: ReportKind, format: ReportFormat, language: Language) =>
    api.send<LinkedReport>("POST", "/api/reports", { kind, format, language }),
};
