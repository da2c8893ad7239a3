import { describe, expect, it } from "vitest";
import en from "../i18n/catalogue.en";
import { lagWord, MINUTE_MS, minutesOf } from "./lags";

const AT = 1_790_000_040_000 - (1_790_000_040_000 % MINUTE_MS);

describe("lags", () => {
  it("are told as the upper edge of their bin", () => {
    expect(lagWord(250, 10, en)).toBe("up to 250 ms");
    expect(lagWord(2000, 10, en)).toBe("up to 2 s");
  });

  it("beyond the last bin are told so, and those of nothing are not told", () => {
    expect(lagWord(null, 10, en)).toBe("over 5 min");
    expect(lagWord(null, 0, en)).toBe("–");
  });
});

describe("minutes", () => {
  it("that measured nothing have no records, and no lag either", () => {
    const found = minutesOf([{ at: AT - MINUTE_MS, records: 7, failures: 0, lag_mean_ms: 120 }], AT + 5, 3);

    expect(found).toEqual([
      { at: AT - 2 * MINUTE_MS, records: 0, lag: null },
      { at: AT - MINUTE_MS, records: 7, lag: 120 },
      { at: AT, records: 0, lag: null },
    ]);
  });
});
