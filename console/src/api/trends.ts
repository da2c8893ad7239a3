// Requests about series of counts and who watches them.
import { api } from "./client";
import type { NewTrendMonitor, TrendAlertPage, TrendMonitor, TrendMonitorPage, TrendSeriesPage, TrendSummary } from "./types";

export const trends = {
  series: () => api.send<TrendSeriesPage>("GET", "/api/trends/series"),
  summary: (series: string) => api.send<TrendSummary>("GET", `/api/trends/${encodeURIComponent(series)}/summary`),
  monitors: () => api.send<TrendMonitorPage>("GET", "/api/trends/monitors"),
  watch: (series: string, monitor: NewTrendMonitor) =>
    api.send<TrendMonitor>("POST", `/api/trends/${encodeURIComponent(series)}/monitor`, monitor),
  unwatch: (monitorId: string) => api.send<undefined>("DELETE", `/api/trends/monitors/${encodeURIComponent(monitorId)}`),
  alerts: (cursor: string | null) =>
    api.send<TrendAlertPage>(
      "GET",
      `/api/trends/alerts?${new URLSearchParams({ limit: "10", ...(cursor ? { cursor } : {}) })}`,
    ),
};
