// How long something has waited or has left, in the largest unit that fits.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Units {
  minutes: string;
  hours: string;
  days: string;
}

/** A length of time as people say it: "45 min", "3 h", "2 d". Below a minute is "0 min". */
export function span(ms: number, units: Units): string {
  const length = Math.abs(ms);
  if (length < HOUR) return `${Math.floor(length / MINUTE)} ${units.minutes}`;
  if (length < 2 * DAY) return `${Math.floor(length / HOUR)} ${units.hours}`;
  return `${Math.floor(length / DAY)} ${units.days}`;
}

/** Whether work should have been done by now. */
export function isLate(dueAt: number, now: number): boolean {
  return now > dueAt;
}
