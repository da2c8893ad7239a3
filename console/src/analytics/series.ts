// Answers of the analytics folded for charts and the cohort table.
import type { CohortAnalytics, Counted, TransactionAnalytics } from "../api/types";
import { nextMonth } from "../customers/spending";

type Series = TransactionAnalytics["currencies"][number]["series"];
type By = "day" | "month";

export interface PeriodSum {
  period: string;
  spent: number;
  refunded: number;
  purchases: number;
}

function nextDay(day: string): string {
  const moment = new Date(`${day}T00:00:00Z`);
  moment.setUTCDate(moment.getUTCDate() + 1);
  return moment.toISOString().slice(0, 10);
}

/** Every period from `start` to `end`, quiet ones too. */
export function filled(series: Series, start: string, end: string, by: By): PeriodSum[] {
  const known = new Map(series.map((row) => [row.period, row]));
  const periods: PeriodSum[] = [];
  for (let period = start; period <= end; period = by === "day" ? nextDay(period) : nextMonth(period)) {
    const { spent = 0, refunded = 0, purchases = 0 } = known.get(period) ?? {};
    periods.push({ period, spent, refunded, purchases });
  }
  return periods;
}

export interface CohortRow {
  cohort: string;
  customers: number;
  /** The share of active customers by age in months; null for months to come. */
  shares: (number | null)[];
}

export function monthNumber(month: string): number {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return 12 * year + number;
}

/** Cohorts as rows of one length. A month that the answer does not tell of was a month without anybody active. */
export function cohortRows({ cohorts, end }: CohortAnalytics): CohortRow[] {
  const lived = (cohort: string) => monthNumber(end) - monthNumber(cohort) + 1;
  const ages = Math.max(0, ...cohorts.map(({ cohort }) => lived(cohort)));
  return cohorts.map(({ cohort, customers, ages: told }) => ({
    cohort,
    customers,
    shares: Array.from({ length: ages }, (_, age) =>
      age < lived(cohort) ? (told.find((item) => item.age === age) ?? { active_share: 0 }).active_share : null,
    ),
  }));
}

/** Customers by the year of the month in which they joined; what is no month stays as it is. */
export function byYear(joined: Counted[]): Counted[] {
  const years = new Map<string, number>();
  for (const { value, customers } of joined) {
    const year = /^\d{4}-\d{2}$/.test(value) ? value.slice(0, 4) : value;
    years.set(year, (years.get(year) ?? 0) + customers);
  }
  return [...years].map(([value, customers]) => ({ value, customers }));
}

/** How a figure changed against the one before, as a share of it; null where there was nothing before. */
export function change(now: number, before: number): number | null {
  return before === 0 ? null : now / before - 1;
}
