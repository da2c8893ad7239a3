// How soon to look at an application again.
import { ApiProblem } from "../api/client";
import type { ApplicationState, ApplicationView } from "../api/onboarding";

const MACHINE_MS = 1_500;
const PERSON_MS = 5_000;
const SLOW_MS = 15_000;
const LONGEST_MS = 60_000;
const OVER: ApplicationState[] = ["active", "rejected", "withdrawn", "expired", "cancelled"];

export function isOver(state: ApplicationState): boolean {
  return OVER.includes(state);
}

/** Milliseconds: short while a machine works, longer while people do, more with every failure; null after the end. */
export function pace({ state, waiting }: Pick<ApplicationView, "state" | "waiting">, failures: number): number | null {
  if (isOver(state)) return null;
  if (failures > 0) return Math.min(LONGEST_MS, PERSON_MS * 2 ** (failures - 1));
  if (waiting === null) return MACHINE_MS;
  return waiting.what === "review" || waiting.what === "help" ? SLOW_MS : PERSON_MS;
}

/** Whether the session of a link, or the sign-in, has ended. */
export function hasEnded(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 401;
}
