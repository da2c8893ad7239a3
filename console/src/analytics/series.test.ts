import { describe, expect, it } from "vitest";
import { byYear, change, cohortRows, filled } from "./series";

const totals = (period: string, spent: number) => ({ period, spent, refunded: 0, purchases: 1, refunds: 0 });

describe("transactions over time", () => {
  it("have every month, quiet ones too, over the end of a year", () => {
    const months = filled([totals("2025-12", 5), totals("2026-02", 7)], "2025-11", "2026-02", "month");
    expect(months.map(({ period, spent }) => [period, spent])).toEqual([
      ["2025-11", 0],
      ["2025-12", 5],
      ["2026-01", 0],
      ["2026-02", 7],
    ]);
  });

  it("have every day, over the end of a leap February", () => {
    const days = filled([totals("2024-02-29", 5)], "2024-02-28", "2024-03-01", "day");
    expect(days.map(({ period, spent }) => [period, spent])).toEqual([
      ["2024-02-28", 0],
      ["2024-02-29", 5],
      ["2024-03-01", 0],
    ]);
  });
});

describe("cohorts", () => {
  const age = (number: number, share: number) => ({ age: number, month: "", active: 1, active_share: share, spending: [] });

  it("are rows of one length: nobody active is nought, months to come are empty", () => {
    const rows = cohortRows({
      start: "2025-12",
      end: "2026-02",
      cohorts: [
        { cohort: "2025-12", customers: 4, ages: [age(0, 0.5), age(2, 0.25)] },
        { cohort: "2026-02", customers: 2, ages: [age(0, 1)] },
      ],
    });
    expect(rows.map(({ shares }) => shares)).toEqual([
      [0.5, 0, 0.25],
      [1, null, null],
    ]);
  });

  it("may be none", () => {
    expect(cohortRows({ start: "2026-01", end: "2026-02", cohorts: [] })).toEqual([]);
  });
});

describe("customers by joining", () => {
  it("are summed by year, and those without a month kept apart", () => {
    const counts = byYear([
      { value: "2025-01", customers: 2 },
      { value: "2025-12", customers: 3 },
      { value: "2026-01", customers: 1 },
      { value: "unknown", customers: 4 },
    ]);
    expect(counts.map(({ value, customers }) => [value, customers])).toEqual([
      ["2025", 5],
      ["2026", 1],
      ["unknown", 4],
    ]);
  });
});

describe("a change", () => {
  it("is a share of what was before, and nothing where there was nothing", () => {
    expect(change(150, 100)).toBeCloseTo(0.5);
    expect(change(1, 0)).toBeNull();
  });
});
