import { describe, expect, it } from "vitest";
import type { TrendForecast } from "../api/types";
import { BOTTOM, HEIGHT, LEFT, picture, step, WIDTH } from "./chart";

const HOUR = 3_600_000;
const NOW = 480 * HOUR;
const forecast: TrendForecast = {
  made_at: NOW,
  method: "robust",
  version: null,
  coverage: 0.8,
  stretch: 1,
  hours: Array.from({ length: 48 }, (_, i) => ({ at: NOW + i * HOUR, expected: 20, low: 10, high: 40, naive: 15 })),
};
const hours = Array.from({ length: 169 }, (_, i) => ({ at: NOW + (i - 168) * HOUR, count: i }));

describe("the chart of a forecast", () => {
  it("has round rows from nothing to above everything", () => {
    const { rows } = picture(hours, forecast, 0);
    expect(rows[0]?.value).toBe(0);
    expect(rows[rows.length - 1]?.value).toBeGreaterThanOrEqual(167);
  });

  it("shows two days before and leaves out the hour that is still running", () => {
    const counted = picture(hours, forecast, 0).counted.split(" ");
    expect(counted).toHaveLength(48);
    expect(counted[0]?.startsWith(`${LEFT.toFixed(1)},`)).toBe(true);
  });

  it("draws the band around what is expected, out and back", () => {
    const { band, expected } = picture([], forecast, 0);
    const ys = band.split(" ").map((pair) => Number(pair.split(",")[1]));
    const middle = Number(expected.split(" ")[0]?.split(",")[1]);
    expect(ys).toHaveLength(96);
    expect(Math.min(...ys)).toBeLessThan(middle);
    expect(Math.max(...ys)).toBeGreaterThan(middle);
    expect(Math.max(...ys)).toBeLessThanOrEqual(HEIGHT - BOTTOM + 4);
  });

  it("marks the days of the bank's clock", () => {
    const days = picture(hours, forecast, 9).columns;
    expect(days.map(({ at }) => (at / HOUR + 9) % 24)).toEqual(days.map(() => 0));
    expect(days).toHaveLength(4);
    expect(Math.max(...days.map(({ x }) => x))).toBeLessThanOrEqual(WIDTH);
  });

  it.each([
    [0, 1],
    [4, 1],
    [12, 5],
    [167, 50],
    [990, 200],
  ])("makes at most five steps of %d", (most, wanted) => {
    expect(step(most)).toBe(wanted);
  });
});
