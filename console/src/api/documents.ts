// Requests about documents: the reader's own, and an application's for operators.
import { api } from "./client";

export interface Document {
  document_id: string;
  owner: string;
  kind: string;
  title: string;
  state: string;
  revision: number;
  made_at: number;
}
export interface DocumentPage {
  items: Document[];
  next_cursor: string | null;
}

export const documents = {
  list: (wanted: Record<string, string>, cursor: string | null) => {
    const given = Object.entries({ ...wanted, cursor: cursor ?? "" }).filter(([, value]) => value !== "");
    return api.send<DocumentPage>("GET", `/api/documents/list?${new URLSearchParams(given).toString()}`);
  },
  /** An address that is good for a few minutes. */
  address: async (id: string) =>
    (await api.send<{ url: string }>("GET", `/api/documents/download/${encodeURIComponent(id)}`)).url,
};

/** Opens a document in a tab of its own, asked for before its address is known: later the browser would block it. */
export async function openDocument(address: () => Promise<string>): Promise<void> {
  const tab = window.open("", "_blank");
  try {
    const url = await address();
    if (tab) {
      tab.opener = null;
      tab.location.href = url;
    } else location.assign(url);
  } catch (error) {
    tab?.close();
    throw error;
  }
}
