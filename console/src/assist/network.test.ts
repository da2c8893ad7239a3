import { expect, test } from "vitest";
import { placed } from "./network";

const person = (id: string) => ({ id, kind: "person" as const, subject: id === "P1" });
const business = (id: string, name = id) => ({ id, kind: "business" as const, name, subject: false });

test("people stand left, their businesses in the middle, whom these pay on the right", () => {
  const { spots, lines, height } = placed(
    [person("P1"), business("B1"), business("B2"), person("P2")],
    [
      { source: "P1", target: "B1", kind: "role", role: "owner" },
      { source: "B1", target: "B2", kind: "payments", payments: 2, amount: 5, currency: "EUR" },
      { source: "B1", target: "gone", kind: "payments" },
    ],
  );
  expect(spots.map(({ id, x, y }) => [id, x, y])).toEqual([
    ["P1", 70, 24],
    ["B1", 240, 24],
    ["B2", 410, 24],
    ["P2", 70, 76],
  ]);
  expect(lines).toHaveLength(2);
  expect(height).toBe(104);
  expect(spots[0]?.subject).toBe(true);
});

test("a long name is cut and an empty network has no spots", () => {
  expect(placed([business("B1", "x".repeat(40))], []).spots[0]?.label).toHaveLength(22);
  expect(placed([], []).spots).toEqual([]);
});
