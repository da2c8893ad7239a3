// Requests about the event stream and its processors.
import { api } from "./client";
import type { ProcessorList, StreamMetrics } from "./types";

export const realtime = {
  metrics: () => api.send<StreamMetrics>("GET", "/api/realtime/metrics"),
  processors: () => api.send<ProcessorList>("GET", "/api/realtime/processors"),
};
