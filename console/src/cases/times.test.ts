import { describe, expect, it } from "vitest";
import { isLate, span } from "./times";

const units = { minutes: "min", hours: "h", days: "d" };
const HOUR = 3_600_000;

describe("span", () => {
  it.each([
    [0, "0 min"],
    [59_000, "0 min"],
    [HOUR - 1, "59 min"],
    [HOUR, "1 h"],
    [-3.5 * HOUR, "3 h"],
    [47 * HOUR, "47 h"],
    [48 * HOUR, "2 d"],
  ])("says %i ms as %s", (ms, said) => expect(span(ms, units)).toBe(said));
});

describe("isLate", () => {
  it("begins after the moment itself", () => {
    expect(isLate(1000, 1000)).toBe(false);
    expect(isLate(1000, 1001)).toBe(true);
  });
});
