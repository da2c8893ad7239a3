import { describe, expect, it } from "vitest";
import { ageOn, check, request, type Values } from "./form";

const TODAY = "2026-11-21";
const GOOD: Values = {
  name: "Aiko Tanaka",
  phone: "090-1234-5678",
  callingFrom: "JP",
  email: "aiko@example.com",
  birth_date: "1990-02-28",
  country: "JP",
  language: "ja",
};

describe("the form", () => {
  it("finds nothing wrong with what is right", () => {
    expect(check(GOOD, TODAY)).toEqual({});
    expect(request({ ...GOOD, name: " Aiko Tanaka " }, "current_account", "d")).toMatchObject({
      name: "Aiko Tanaka",
      phone: "+819012345678",
      product: "current_account",
    });
  });
  it("names every field that is wrong", () => {
    const empty = { ...GOOD, name: " ", phone: "", email: "aiko", birth_date: "", country: "" };
    expect(Object.keys(check(empty, TODAY)).sort()).toEqual(["birth_date", "country", "email", "name", "phone"]);
  });
  it("lets in who turns 18 today, and not a day before", () => {
    expect(check({ ...GOOD, birth_date: "2008-11-21" }, TODAY)).toEqual({});
    expect(check({ ...GOOD, birth_date: "2008-11-22" }, TODAY)).toEqual({ birth_date: "adult" });
  });
  it("knows days that do not exist", () => {
    expect(ageOn("1990-02-30", TODAY)).toBeNull();
    expect(ageOn("1992-02-29", "2026-02-28")).toBe(33);
    expect(check({ ...GOOD, birth_date: "2030-01-01" }, TODAY)).toEqual({ birth_date: "birth_date" });
  });
});
