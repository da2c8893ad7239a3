import { expect, test } from "vitest";
import { dayName, hourName, local } from "./week";

const monday = (hour: number) => Array.from({ length: 168 }, (_, at) => (at === hour ? 1 : 0));

test("an hour of the week moves with the reader's clock, around the end of the week too", () => {
  expect(local(monday(10), 9).indexOf(1)).toBe(19);
  expect(local(monday(3), -5).indexOf(1)).toBe(166);
  expect(local(monday(167), 2).indexOf(1)).toBe(1);
  expect(local(monday(10), 0)).toEqual(monday(10));
});

test("days and hours have names in either language", () => {
  expect(dayName(0, "en", "long")).toBe("Monday");
  expect(dayName(6, "ja")).toBe("日");
  expect(hourName(42, "en")).toBe("Tue 18:00");
  expect(hourName(169, "en")).toBe("Mon 1:00");
});
