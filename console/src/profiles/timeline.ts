// What happened to a customer and what was recommended, as one list.
import type { Recommendation, TimelineEvent } from "../api/types";

export type Entry =
  | { at: number; event: TimelineEvent }
  | { at: number; recommendation: Recommendation; was: "made" | "implemented" | "dismissed" | "ignored" | "superseded" };

/** Newest first; of one moment events come first, because recommendations follow from them. */
export function merged(events: TimelineEvent[], made: Recommendation[]): Entry[] {
  const steps = made.flatMap((recommendation): Entry[] => [
    { at: recommendation.made_at, recommendation, was: "made" },
    ...recommendation.changes.flatMap(({ at, state }): Entry[] =>
      state === "open" ? [] : [{ at, recommendation, was: state }],
    ),
  ]);
  return [...steps, ...events.map((event): Entry => ({ at: event.at, event }))].sort((one, other) => other.at - one.at);
}
