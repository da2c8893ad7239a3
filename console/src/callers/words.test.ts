import { describe, expect, it } from "vitest";
import { isCaller } from "./words";

describe("what somebody looks up", () => {
  it.each(["+81 3 1234 5678", "03-1234-5678", "(202) 555.0100", "n_abcdefghijklmnopqrstuvwxyz"])("%s is a caller", (text) => {
    expect(isCaller(text)).toBe(true);
  });
  it.each(["", "abc", "+", "12", "555-CALL-NOW", "n_short", "1234567890123456"])("%s is none", (text) => {
    expect(isCaller(text)).toBe(false);
  });
});
