import { describe, expect, it } from "vitest";
import type { Spending } from "../api/types";
import { byCategory, byMonth, nextMonth } from "./spending";

const row = (month: string, category: string, spent: number, currency = "USD", refunded = 0): Spending => ({
  month,
  currency,
  category,
  purchases: 1,
  spent,
  refunds: 0,
  refunded,
});
const spending = [
  row("2025-11", "fuel", 10),
  row("2025-11", "cash", 5, "USD", 2),
  row("2026-01", "cash", 20),
  row("2026-01", "cash", 3000, "JPY"),
];

describe("spending of a customer", () => {
  it("is summed by month in one currency, with the quiet months between", () => {
    expect(byMonth(spending, "USD")).toEqual([
      { month: "2025-11", spent: 15, refunded: 2 },
      { month: "2025-12", spent: 0, refunded: 0 },
      { month: "2026-01", spent: 20, refunded: 0 },
    ]);
  });

  it("is nothing in a currency that was never used", () => {
    expect(byMonth(spending, "EUR")).toEqual([]);
    expect(byCategory(spending, "EUR")).toEqual([]);
  });

  it("puts the largest category first", () => {
    expect(byCategory(spending, "USD").map(({ category, spent }) => [category, spent])).toEqual([
      ["cash", 25],
      ["fuel", 10],
    ]);
  });

  it("goes on with January after December", () => {
    expect(nextMonth("2025-12")).toBe("2026-01");
    expect(nextMonth("2026-09")).toBe("2026-10");
  });
});
