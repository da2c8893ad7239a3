// What is normal for a user, what was unusual, and what happened lately.
import { api } from "./client";
import { known } from "./known";
import type { Patterns, UserAnomalyPage, UserProfile, UserTimeline } from "./types";

const of = (userId: string, what = "") => `/api/profiles/${encodeURIComponent(userId)}${what}`;

export const profiles = {
  get: (userId: string) => known(api.send<UserProfile>("GET", of(userId))),
  patterns: (userId: string) => known(api.send<Patterns>("GET", of(userId, "/patterns"))),
  timeline: (userId: string) => known(api.send<UserTimeline>("GET", of(userId, "/timeline"))),
  anomalies: (userId: string, cursor: string | null) =>
    api.send<UserAnomalyPage>("GET", of(userId, `/anomalies${cursor ? `?${new URLSearchParams({ cursor })}` : ""}`)),
};
