// Requests about batches, and the upload to the address that one of them answers with.
import type { Language } from "../i18n/language";
import { api } from "./client";
import type { Batch, BatchColumns, BatchFormat, BatchMode, BatchPage, BatchTask, StartedBatch } from "./types";

const ROOT = "/api/inference/batches";
const one = (id: string) => `${ROOT}/${encodeURIComponent(id)}`;

export interface NewBatch {
  model: BatchTask;
  mode: BatchMode;
  format: BatchFormat;
  language: Language;
}

export const batches = {
  page: (cursor: string | null) =>
    api.send<BatchPage>("GET", `${ROOT}?${new URLSearchParams(cursor ? { cursor } : {}).toString()}`),
  one: (id: string) => api.send<Batch>("GET", one(id)),
  columns: (model: BatchTask, mode: BatchMode | null) =>
    api.send<BatchColumns>(
      "GET",
      `/api/inference/batch-columns?${new URLSearchParams({ model, ...(mode && { mode }) }).toString()}`,
    ),
  create: (wanted: NewBatch) => api.send<StartedBatch>("POST", ROOT, wanted),
  cancel: (id: string) => api.send<Batch>("POST", `${one(id)}/cancel`),
  link: async (id: string, file: "results" | "failures") =>
    (await api.send<{ url: string }>("GET", `${one(id)}/${file}`)).url,
};

/** Put a file to its address. `told` hears the share that has arrived; `fetch` could not say it. */
export function upload(url: string, file: Blob, told: (share: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.onprogress = ({ loaded, total }) => told(total ? loaded / total : 0);
    request.onload = () =>
      request.status < 300 ? resolve() : reject(new Error(`the upload was answered with ${request.status}`));
    // As fetch says it where there is no answer at all.
    request.onerror = () => reject(new TypeError("the upload was cut off"));
    request.open("PUT", url);
    // Of no type of its own: one that is named would have to be signed.
    request.send(new Blob([file]));
  });
}
