// Requests about training a model anew.
import { api } from "./client";
import type { TrainingPage, TrainingRun, TrainingTable, UploadAddress } from "./types";

const path = (name: string, what: string) => `/api/models/${encodeURIComponent(name)}/${what}`;

export const training = {
  runs: (name: string, cursor: string | null) =>
    api.send<TrainingPage>("GET", path(name, `runs?limit=10${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`)),
  start: (name: string, note: string, synthetic: boolean, table: TrainingTable | null) =>
    api.send<TrainingRun>("POST", path(name, "train"), { note, synthetic, table }),
  cancel: (name: string, run: string) => api.send<TrainingRun>("POST", path(name, `runs/${run}/cancel`), {}),
  /** Put a file where the training will find it; returns the table's id. */
  upload: async (name: string, file: File): Promise<string> => {
    const { table_id, upload_url } = await api.send<UploadAddress>("POST", path(name, "tables"), {});
    const answer = await fetch(upload_url, { method: "PUT", body: file });
    if (!answer.ok) throw new Error(`the upload was refused: ${answer.status}`);
    return table_id;
  },
};
