import { describe, expect, it } from "vitest";
import { money, period, points, share, withInterval } from "./figures";

describe("figures", () => {
  it("show shares with one decimal", () => {
    expect(share(0.0739)).toBe("7.4 %");
    expect(share(0.1, 0)).toBe("10 %");
  });

  it("show differences with a sign, and none that rounds to nothing", () => {
    expect(points(0.0321)).toBe("+3.2");
    expect(points(-0.0321)).toBe("−3.2");
    expect(points(-0.0001)).toBe("±0.0");
  });

  it("never come without their interval", () => {
    expect(withInterval({ value: 0.7446, low: 0.7305, high: 0.7761 })).toBe("0.745 (0.731–0.776)");
  });

  it("have the decimals of their currency", () => {
    expect(money(1234.5, "USD", "en")).toBe("$1,234.50");
    expect(money(1234, "JPY", "en")).toBe("¥1,234");
  });

  it("name months and days in UTC", () => {
    expect(period("2026-01", "en")).toBe("Jan 2026");
    expect(period("2026-01-31", "en")).toBe("Jan 31");
    expect(period("2026-01", "ja")).toBe("2026年1月");
    expect(period("unknown", "en")).toBe("unknown");
  });
});
