import { describe, expect, it } from "vitest";
import { callingCode, COUNTRIES, e164, split } from "./phone";

describe("a telephone number", () => {
  it("loses the 0 that is only dialled at home", () => {
    expect(e164("JP", "090-1234-5678")).toBe("+819012345678");
    expect(e164("GB", "(07700) 900 123")).toBe("+447700900123");
  });
  it("keeps a 0 that belongs to it", () => {
    expect(e164("IT", "0612345678")).toBe("+390612345678");
  });
  it("may be written in full-width digits", () => {
    expect(e164("JP", "０９０ー１２３４ー５６７８")).toBe("+819012345678");
  });
  it("keeps the country it brings along", () => {
    expect(e164("JP", "+1 202 555 0143")).toBe("+12025550143");
    expect(e164("JP", "0049 30 901820")).toBe("+4930901820");
  });
  it.each(["", "12", "call me", "+0123456789", "090123456789012345", "0"])("is not %j", (written) => {
    expect(e164("JP", written)).toBeNull();
  });
  it.each([
    ["+819012345678", "US", "JP", "09012345678"],
    ["+12025550143", "CA", "CA", "2025550143"],
    ["+85223456789", "JP", "HK", "23456789"],
  ])("%s is written as at home", (number, home, country, written) => {
    expect(split(number, home)).toEqual({ country, written });
    expect(e164(country, written)).toBe(number);
  });
  it.each(["", "+3541234567"])("of a country that is not listed, %j, is not guessed", (number) => {
    expect(split(number, "JP")).toBeNull();
  });
  it("has a calling code in every country offered", () => {
    for (const country of COUNTRIES) expect(callingCode(country)).toMatch(/^\+[1-9]\d{0,2}$/);
  });
});
