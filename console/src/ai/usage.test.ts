import { expect, test } from "vitest";
import type { FeatureUsage } from "../api/types";
import { byDay, sum } from "./usage";

const row = (day: string | null, feature: FeatureUsage["feature"], by_model: number, by_rules: number): FeatureUsage => ({
  day,
  feature,
  asked: by_model + by_rules,
  by_model,
  by_rules,
  cached: 0,
  cost_micro_usd: 10 * by_model,
  unpriced: 0,
  input_tokens: 0,
  output_tokens: 0,
});

test("features of a day are one bar, in the order of days", () => {
  const rows = [row("2026-11-02", "chatbot", 1, 2), row("2026-11-01", "chatbot", 3, 0), row("2026-11-02", "detect_fraud", 4, 1)];
  expect(byDay(rows)).toEqual([
    { day: "2026-11-01", asked: 3, by_model: 3, by_rules: 0, cost_micro_usd: 30 },
    { day: "2026-11-02", asked: 8, by_model: 5, by_rules: 3, cost_micro_usd: 50 },
  ]);
});

test("nothing sums to nothing", () => {
  expect(sum([]).asked).toBe(0);
  expect(byDay([row(null, "chatbot", 1, 1)])).toEqual([]);
});
