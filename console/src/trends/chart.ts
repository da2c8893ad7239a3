// Where things lie in the chart of a forecast: a plain rectangle, time from left to right, counts from the bottom.
import type { TrendForecast, TrendSummary } from "../api/types";

export const WIDTH = 960;
export const HEIGHT = 280;
export const LEFT = 48;
export const BOTTOM = 28;
const SHOWN_BEFORE = 48;
const HOUR_MS = 3_600_000;

export interface Point {
  at: number;
  value: number;
}

export interface Picture {
  counted: string;
  expected: string;
  naive: string;
  /** A closed outline. */
  band: string;
  /** The left edge of the forecast. */
  now: number;
  rows: { value: number; y: number }[];
  columns: { at: number; x: number }[];
}

/** A round step that makes at most five parts of `most`. */
export function step(most: number): number {
  const rough = Math.max(most, 1) / 5;
  const size = 10 ** Math.floor(Math.log10(rough));
  const found = [1, 2, 5, 10].map((times) => times * size).find((candidate) => candidate >= rough) ?? 10 * size;
  return Math.max(found, most <= 5 ? 1 : found);
}

/** The last two days and the next two. */
export function picture(hours: TrendSummary["hours"], forecast: TrendForecast, offsetH: number): Picture {
  const before = hours.filter(({ at }) => at < forecast.made_at).slice(-SHOWN_BEFORE);
  const first = before[0]?.at ?? forecast.made_at;
  const last = forecast.hours[forecast.hours.length - 1]?.at ?? forecast.made_at;
  const most = Math.max(1, ...before.map(({ count }) => count), ...forecast.hours.flatMap(({ high, naive }) => [high, naive]));
  const gap = step(most);
  const top = Math.ceil(most / gap) * gap;
  const x = (at: number) => LEFT + ((at - first) / Math.max(HOUR_MS, last - first)) * (WIDTH - LEFT);
  const y = (value: number) => (HEIGHT - BOTTOM) * (1 - value / top) + 4;
  const line = (points: Point[]) => points.map(({ at, value }) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const of = (pick: (hour: TrendForecast["hours"][number]) => number) =>
    forecast.hours.map((hour) => ({ at: hour.at, value: pick(hour) }));
  const midnight = (at: number) => (at / HOUR_MS + offsetH) % 24 === 0;
  const columns = [...before.map(({ at }) => at), ...forecast.hours.map(({ at }) => at)].filter(midnight);
  return {
    counted: line(before.map(({ at, count }) => ({ at, value: count }))),
    expected: line(of(({ expected }) => expected)),
    naive: line(of(({ naive }) => naive)),
    band: line([...of(({ high }) => high), ...of(({ low }) => low).reverse()]),
    now: x(forecast.made_at),
    rows: Array.from({ length: Math.round(top / gap) + 1 }, (_, i) => ({ value: i * gap, y: y(i * gap) })),
    columns: columns.map((at) => ({ at, x: x(at) })),
  };
}
