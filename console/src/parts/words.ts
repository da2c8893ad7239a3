// Figures and codes in words.
import type { Outcome } from "../api/types";
import type { Messages } from "../i18n/catalogue.en";

export const OUTCOMES: Outcome[] = ["PAID", "PROMISED", "REFUSED", "CALLBACK", "RESOLVED", "OTHER"];
// A mean this close to zero says nothing about the mood.
const CLEAR = 0.15;

export function outcomeWord(outcome: string | null | undefined, m: Messages): string {
  const known = OUTCOMES.find((item) => item === outcome);
  if (!known) return outcome ?? m.noOutcome;
  return known === "OTHER" ? m.OTHER_OUTCOME : m[known];
}

export function sentimentWord(mean: number, m: Messages): string {
  return mean > CLEAR ? m.POSITIVE : mean < -CLEAR ? m.NEGATIVE : m.NEUTRAL;
}

export function signed(value: number): string {
  return `${value > 0 ? "+" : ""}${value.toFixed(2)}`;
}

export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
