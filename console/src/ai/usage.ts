// Sums of usage that the report does not make itself.
import type { FeatureUsage } from "../api/types";

type Counts = Pick<FeatureUsage, "asked" | "by_model" | "by_rules" | "cost_micro_usd">;

export function sum(rows: Counts[]): Counts {
  return rows.reduce<Counts>(
    (all, row) => ({
      asked: all.asked + row.asked,
      by_model: all.by_model + row.by_model,
      by_rules: all.by_rules + row.by_rules,
      cost_micro_usd: all.cost_micro_usd + row.cost_micro_usd,
    }),
    { asked: 0, by_model: 0, by_rules: 0, cost_micro_usd: 0 },
  );
}

/** All features together, day by day in order. */
export function byDay(rows: FeatureUsage[]): (Counts & { day: string })[] {
  const days = [...new Set(rows.flatMap(({ day }) => (day === null ? [] : [day])))].sort();
  return days.map((day) => ({ day, ...sum(rows.filter((row) => row.day === day)) }));
}
