import { describe, expect, it } from "vitest";
import type { Feature, SegmentProfile } from "../api/types";
import { activityByAge, against, matching, profileRows, quantile, tell } from "./shape";

const feature = (name: string, more: Partial<Feature> = {}): Feature => ({
  name,
  group: "monetary",
  unit: "account currency",
  of_transaction: false,
  label: { en: `Label of ${name}`, ja: `${name}の名前` },
  description: "",
  formula: "sum(amount of purchases, 30 d)",
  missing_when: "",
  known: { en: "", ja: "" },
  population: null,
  ...more,
});

const profile = (typical: SegmentProfile["typical"]): SegmentProfile => ({
  code: "loyal",
  name: { en: "Loyal", ja: "常連" },
  customers: 1,
  share: 1,
  typical,
  words: [],
  churn: null,
  values: [],
});

describe("a profile", () => {
  it("is in the middle where it is like the whole, and as far to either side for twice as for half", () => {
    expect(against(7, 7)).toBe(0);
    expect(against(14, 7)).toBeCloseTo(-(against(3.5, 7) ?? 0));
    expect(against(7000, 7)).toBe(1);
  });

  it("has no place where there is nothing to compare", () => {
    expect(against(null, 7)).toBeNull();
    expect(against(0, 7)).toBeNull();
    const rows = profileRows(profile(null), profile({ recency_days: 3, frequency: 2, mean_purchase: null, currency: null }));
    expect(rows.map((row) => row.against)).toEqual([null, null, null]);
    expect(rows.map((row) => row.whole)).toEqual([3, 2, null]);
  });
});

describe("the population of a feature", () => {
  const tenths = { edges: [0, 1, 3], shares: [0.5, 0.2, 0.2, 0.1], missing: 0 };

  it("is told by the edge that has so much below it", () => {
    expect(quantile(tenths, 0.1)).toBe(0);
    expect(quantile(tenths, 0.5)).toBe(0);
    expect(quantile(tenths, 0.6)).toBe(1);
    expect(quantile(tenths, 0.9)).toBe(3);
  });

  it("is of those who have a value", () => {
    expect(quantile({ edges: [5, 7], shares: [0.4, 0.05, 0.05], missing: 0.5 }, 0.9)).toBe(7);
  });

  it("has no edge above its last bin", () => {
    expect(quantile(tenths, 0.95)).toBeNull();
  });
});

describe("a value", () => {
  it("reads as its unit does", () => {
    expect(tell(0.123, "share, 0 to 1", "en")).toBe("12.3 %");
    expect(tell(-0.5, "relative change, -1 to 1", "en")).toBe("-50.0 %");
    expect(tell(4, "count", "en")).toBe("4");
    expect(tell(1234.5, "account currency", "en")).toBe("1,235");
    expect(tell(1.256, "ratio", "en")).toBe("1.26");
  });
});

describe("features", () => {
  it("are found by every word, in either language, within a group", () => {
    const all = [feature("spend_30d"), feature("spend_7d", { group: "trend" })];
    expect(matching(all, "SPEND label", "").length).toBe(2);
    expect(matching(all, "30dの名前", "").map(({ name }) => name)).toEqual(["spend_30d"]);
    expect(matching(all, "", "trend").map(({ name }) => name)).toEqual(["spend_7d"]);
    expect(matching(all, "spend nothing", "")).toEqual([]);
  });
});

describe("activity by age", () => {
  const age = (number: number, active: number) => ({ age: number, month: "", active, active_share: null, spending: [] });

  it("joins the cohorts that have come so far, quiet months too, without the month that runs", () => {
    const found = activityByAge({
      start: "2026-01",
      end: "2026-03",
      cohorts: [
        { cohort: "2026-01", customers: 10, ages: [age(0, 10), age(2, 4)] },
        { cohort: "2026-02", customers: 30, ages: [age(0, 20), age(1, 9)] },
        { cohort: "2026-03", customers: 5, ages: [age(0, 5)] },
      ],
    });
    expect(found).toEqual([
      { age: 0, share: 0.75, joined: 40 },
      { age: 1, share: 0, joined: 10 },
    ]);
  });
});
