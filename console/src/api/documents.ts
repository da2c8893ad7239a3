// Requests about documents: the reader's own, and an application's for operators.
import { api } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Document = Schemas["Document"];
export type DocumentPage = Schemas["DocumentPage"];
/** Where to read a document for a few minutes. */
export interface Address {
  url: string;
  title?: string;
}

export const documents = {
  list: (wanted: Record<string, string>, cursor: string | null) => {
    const given = Object.entries({ ...wanted, cursor: cursor ?? "" }).filter(([, value]) => value !== "");
    return api.send<DocumentPage>("GET", `/api/documents/list?${new URLSearchParams(given).toString()}`);
  },
  address: (id: string) => api.send<Schemas["Download"]>("GET", `/api/documents/download/${encodeURIComponent(id)}`),
};

/** Opens a document in a tab of its own, asked for before its address is known: later the browser would block it. */
export async function openDocument<A extends Address>(ask: () => Promise<A>): Promise<A> {
  const tab = window.open("", "_blank");
  try {
    const address = await ask();
    if (tab) {
      tab.opener = null;
      tab.location.href = address.url;
    } else location.assign(address.url);
    return address;
  } catch (error) {
    tab?.close();
    throw error;
  }
}
