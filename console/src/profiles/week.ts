// Hours of the week as the reader's clock shows them.
import type { Language } from "../i18n/language";

const HOURS = 168;

/** Counts by UTC hour of the week as counts by local hour; `offset` is local time less UTC in hours, as it is now. */
export function local(hours: number[], offset: number): number[] {
  return hours.map((_, hour) => hours[(((hour - offset) % HOURS) + HOURS) % HOURS] ?? 0);
}

/** Local time less UTC in whole hours, rounded. */
export function offsetNow(): number {
  return Math.round(-new Date().getTimezoneOffset() / 60);
}

/** The name of a day, 0 is Monday. */
export function dayName(day: number, language: Language, width: "short" | "long" = "short"): string {
  // The first of January 2024 was a Monday.
  return new Intl.DateTimeFormat(language, { weekday: width, timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + day));
}

/** An hour of the week in words: "Tue 18:00". */
export function hourName(hour: number, language: Language): string {
  const of = ((hour % HOURS) + HOURS) % HOURS;
  return `${dayName(Math.floor(of / 24), language)} ${of % 24}:00`;
}
