// Requests about what the models see.
import { api } from "./client";
import type { CustomerFeatures, Features } from "./types";

export const features = {
  list: () => api.send<Features>("GET", "/api/features"),
  of: (id: string) => api.send<CustomerFeatures>("GET", `/api/customers/${encodeURIComponent(id)}/features`),
};
