import { describe, expect, it } from "vitest";
import { ApiProblem } from "../api/client";
import { hasEnded, pace } from "./pace";

const waiting = (what: "code" | "review") => ({ what, since: 0, until: 1, reminders: 0 });

describe("following an application", () => {
  it("looks often while a machine works and less while people do", () => {
    const machine = pace({ state: "plan", waiting: null }, 0) ?? 0;
    const applicant = pace({ state: "phone", waiting: waiting("code") }, 0) ?? 0;
    const reviewer = pace({ state: "review", waiting: waiting("review") }, 0) ?? 0;
    expect(machine).toBeLessThan(applicant);
    expect(applicant).toBeLessThan(reviewer);
  });
  it("looks ever more seldom while there is no answer, but never stops", () => {
    const plan = { state: "plan" as const, waiting: null };
    expect(pace(plan, 3)).toBeGreaterThan(pace(plan, 1) ?? 0);
    expect(pace(plan, 40)).toBe(60_000);
  });
  it("ends with the application", () => {
    for (const state of ["active", "rejected", "withdrawn", "expired", "cancelled"] as const)
      expect(pace({ state, waiting: null }, 0)).toBeNull();
  });
  it("tells an ended session from an outage", () => {
    expect(hasEnded(new ApiProblem(401, {}))).toBe(true);
    expect(hasEnded(new ApiProblem(503, {}))).toBe(false);
    expect(hasEnded(new TypeError("offline"))).toBe(false);
  });
});
