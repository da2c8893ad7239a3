// Requests about customers. Agents may read all of them.
import { api } from "./client";
import type { Customer, CustomerPage, Overview, TransactionPage } from "./types";

const one = (id: string, what: string) => `/api/customers/${encodeURIComponent(id)}/${what}`;

/** A query of what is given; empty texts are not. */
function query(given: Record<string, string | null>): string {
  const wanted = Object.entries(given).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return new URLSearchParams(wanted).toString();
}

export const customers = {
  find: (wanted: Record<string, string>, cursor: string | null) =>
    api.send<CustomerPage>("GET", `/api/customers?${query({ ...wanted, cursor })}`),
  get: (id: string) => api.send<Customer>("GET", `/api/customers/${encodeURIComponent(id)}`),
  overview: (id: string) => api.send<Overview>("GET", one(id, "overview")),
  transactions: (id: string, cursor: string | null) =>
    api.send<TransactionPage>("GET", `${one(id, "transactions")}?${query({ limit: "10", cursor })}`),
};
