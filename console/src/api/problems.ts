import type { Messages } from "../i18n/catalogue.en";
import { ApiProblem } from "./client";
import type { Objection } from "./types";

const SAID: Record<string, keyof Messages> = {
  forbidden: "problemForbidden",
  "not-found": "problemNotFound",
  conflict: "problemConflict",
  "not-promotable": "refused",
  "too-many-requests": "problemTooMany",
  "dependency-unavailable": "problemUnavailable",
  "bad-gateway": "problemUnavailable",
  unauthenticated: "problemSignedOut",
  "invalid-input": "problemInput",
};

/** An error in the reader's words. What the input lacks is told as the service says it, which is English. */
export function describe(error: unknown, m: Messages): string {
  if (error instanceof ApiProblem) {
    const kind = error.problem.type?.split("/").pop() ?? "";
    const known = SAID[kind];
    const said = known ? (m[known] as string) : m.problemUnknown;
    const detail = kind === "invalid-input" || !known ? error.problem.detail : undefined;
    return detail ? `${said} (${detail})` : said;
  }
  // fetch rejects with a TypeError when there is no answer at all.
  return error instanceof TypeError ? m.problemOffline : m.problemUnknown;
}

/** What the service says about single fields of a form, by field name. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiProblem)) return {};
  const found: Record<string, string> = {};
  for (const { field, message } of error.problem.errors ?? []) found[field.split(".").pop() ?? field] = message;
  return found;
}

/** What the gate of a promotion holds against a version; empty for any other error. */
export function objections(error: unknown): Objection[] {
  if (!(error instanceof ApiProblem)) return [];
  const { objections: told } = error.problem as { objections?: Objection[] };
  return told ?? [];
}
