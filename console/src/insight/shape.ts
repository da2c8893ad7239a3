// Answers of segments, features and analytics folded for the eye.
import type { CohortAnalytics, Feature, SegmentProfile } from "../api/types";
import type { Language } from "../i18n/language";
import { monthNumber } from "../analytics/series";

// The bar of a profile ends here: eight times as much, or as little, as is typical of all.
const FURTHEST = 3;

/** Where a figure stands against the whole's, from -1 (an eighth or less) over 0 (the same) to 1 (eight times). */
export function against(figure: number | null | undefined, whole: number | null | undefined): number | null {
  if (figure == null || whole == null || figure <= 0 || whole <= 0) return null;
  return Math.max(-1, Math.min(1, Math.log2(figure / whole) / FURTHEST));
}

export interface ProfileRow {
  figure: "recency" | "frequency" | "money";
  mine: number | null;
  whole: number | null;
  against: number | null;
}

/** Recency, frequency and money of a segment beside the whole's. */
export function profileRows(segment: SegmentProfile, whole: SegmentProfile): ProfileRow[] {
  const row = (figure: ProfileRow["figure"], mine: number | null | undefined, all: number | null | undefined) => ({
    figure,
    mine: mine ?? null,
    whole: all ?? null,
    against: against(mine, all),
  });
  return [
    row("recency", segment.typical?.recency_days, whole.typical?.recency_days),
    row("frequency", segment.typical?.frequency, whole.typical?.frequency),
    row("money", segment.typical?.mean_purchase, whole.typical?.mean_purchase),
  ];
}

/** The value below which a share of those who have one lies: the first edge with at least so much below it. */
export function quantile({ edges, shares }: NonNullable<Feature["population"]>, share: number): number | null {
  const all = shares.reduce((sum, part) => sum + part, 0);
  let below = 0;
  for (const [place, edge] of edges.entries()) {
    below += shares[place] ?? 0;
    if (below >= (share - 1e-3) * all) return edge;
  }
  return null;
}

/** A feature's value with as many digits as its unit needs. */
export function tell(value: number, unit: string, language: Language): string {
  if (unit === "share, 0 to 1" || unit.endsWith("-1 to 1")) return `${(100 * value).toFixed(1)} %`;
  const digits = unit === "count" || unit === "0 or 1" ? 0 : Math.abs(value) >= 100 ? 0 : 2;
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
}

/** The features of a group whose name, words or formula hold every word that is looked for. */
export function matching(features: Feature[], wanted: string, group: string): Feature[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  return features.filter((feature) => {
    const text = [feature.name, feature.label.en, feature.label.ja, feature.description, feature.formula].join(" ").toLowerCase();
    return (group === "" || feature.group === group) && words.every((word) => text.includes(word));
  });
}

export interface AgeShare {
  age: number;
  /** Active among those who joined so long ago; the share is of `joined`. */
  share: number;
  joined: number;
}

/** The active share by months since joining, over all cohorts that have come so far; the month that runs is left out. */
export function activityByAge({ cohorts, end }: CohortAnalytics): AgeShare[] {
  const sums: { active: number; joined: number }[] = [];
  for (const { cohort, customers, ages } of cohorts) {
    const lived = monthNumber(end) - monthNumber(cohort);
    for (let age = 0; age < lived; age += 1) {
      const sum = (sums[age] ??= { active: 0, joined: 0 });
      sum.joined += customers;
      sum.active += ages.find((told) => told.age === age)?.active ?? 0;
    }
  }
  return sums.flatMap(({ active, joined }, age) => (joined > 0 ? [{ age, share: active / joined, joined }] : []));
}
