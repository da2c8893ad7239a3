import { describe, expect, it } from "vitest";
import { EMPTY, erased, typed } from "./code";

describe("a code in six boxes", () => {
  it("goes on to the next box with each digit", () => {
    expect(typed(EMPTY, 0, "4")).toEqual({ boxes: ["4", "", "", "", "", ""], focus: 1 });
    expect(typed(EMPTY, 5, "4").focus).toBe(5);
  });
  it("is pasted whole, with whatever stands around it, into any box", () => {
    expect(typed(EMPTY, 3, "code: 123 456.").boxes).toEqual(["1", "2", "3", "4", "5", "6"]);
    expect(typed(["9", "9", "", "", "", ""], 2, "１２３４５６").boxes.join("")).toBe("123456");
  });
  it("does not take letters", () => {
    expect(typed(EMPTY, 0, "a")).toEqual({ boxes: [...EMPTY], focus: 0 });
  });
  it("never grows beyond six", () => {
    expect(typed(["1", "2", "3", "4", "", ""], 4, "567").boxes).toEqual(["1", "2", "3", "4", "5", "6"]);
  });
  it("is erased backwards", () => {
    expect(erased(["1", "2", "", "", "", ""], 2)).toEqual({ boxes: ["1", "", "", "", "", ""], focus: 1 });
    expect(erased(["1", "2", "", "", "", ""], 1)).toEqual({ boxes: ["1", "", "", "", "", ""], focus: 1 });
    expect(erased(EMPTY, 0).focus).toBe(0);
  });
});
