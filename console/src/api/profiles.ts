// What is normal for a user, what was unusual, and what happened lately.
import { ApiProblem, api } from "./client";
import type { Patterns, UserAnomalyPage, UserProfile, UserTimeline } from "./types";

const of = (userId: string, what = "") => `/api/profiles/${encodeURIComponent(userId)}${what}`;

/** A user of whom nothing was heard yet has no profile: that is no failure. */
async function known<T>(answer: Promise<T>): Promise<T | "unknown"> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return "unknown";
    throw error;
  }
}

export const profiles = {
  get: (userId: string) => known(api.send<UserProfile>("GET", of(userId))),
  patterns: (userId: string) => known(api.send<Patterns>("GET", of(userId, "/patterns"))),
  timeline: (userId: string) => known(api.send<UserTimeline>("GET", of(userId, "/timeline"))),
  anomalies: (userId: string, cursor: string | null) =>
    api.send<UserAnomalyPage>("GET", of(userId, `/anomalies${cursor ? `?${new URLSearchParams({ cursor })}` : ""}`)),
};
