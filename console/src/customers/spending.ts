// What a customer spent, folded for charts.
import type { Overview, Spending } from "../api/types";

export interface Totals {
  spent: number;
  refunded: number;
}

export interface MonthTotals extends Totals {
  month: string;
}

export interface CategoryTotals extends Totals {
  category: string;
}

/** The month after: "2025-12" is followed by "2026-01". */
export function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, "0")}`;
}

function summed(rows: Spending[], key: (row: Spending) => string): Map<string, Totals> {
  const totals = new Map<string, Totals>();
  for (const row of rows) {
    const known = totals.get(key(row)) ?? { spent: 0, refunded: 0 };
    totals.set(key(row), { spent: known.spent + row.spent, refunded: known.refunded + row.refunded });
  }
  return totals;
}

/** Every month from the first to the last, quiet ones too. */
export function byMonth(spending: Spending[], currency: string): MonthTotals[] {
  const totals = summed(
    spending.filter((row) => row.currency === currency),
    (row) => row.month,
  );
  const known = [...totals.keys()].sort();
  const [first, last] = [known[0], known.at(-1)];
  const months: MonthTotals[] = [];
  if (first === undefined || last === undefined) return months;
  for (let month = first; month <= last; month = nextMonth(month))
    months.push({ month, ...(totals.get(month) ?? { spent: 0, refunded: 0 }) });
  return months;
}

/** The categories, the one with most spending first. */
export function byCategory(spending: Spending[], currency: string): CategoryTotals[] {
  const totals = summed(
    spending.filter((row) => row.currency === currency),
    (row) => row.category,
  );
  return [...totals].map(([category, sums]) => ({ category, ...sums })).sort((a, b) => b.spent - a.spent);
}

/** The currency of most purchases, in which the models' figures are; null for a customer without any. */
export function mainCurrency(totals: Overview["totals"]): string | null {
  const most = totals.reduce<Overview["totals"][number] | null>(
    (found, each) => (each.purchases > (found?.purchases ?? 0) ? each : found),
    null,
  );
  return most?.currency ?? null;
}
