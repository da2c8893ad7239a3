// What may be missing without anything being wrong.
import { ApiProblem } from "./client";

/** Nothing was heard of a user yet, nobody keeps a record of them, or none any more: that is no failure. */
export async function known<T>(answer: Promise<T>): Promise<T | "unknown"> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return "unknown";
    throw error;
  }
}
