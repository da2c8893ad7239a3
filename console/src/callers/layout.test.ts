import { describe, expect, it } from "vitest";
import { layout } from "./layout";

const ids = Array.from({ length: 20 }, (_, n) => `n_${n}`);
const lines = ids.slice(1, 10).map((other) => ({ one: "n_0", other, weight: 1 }));
const apart = (points: ReturnType<typeof layout>, one: string, other: string) => {
  const a = points.find(({ id }) => id === one);
  const b = points.find(({ id }) => id === other);
  return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : Infinity;
};

describe("layout", () => {
  it("stays within the picture and is the same every time", () => {
    const points = layout(ids, lines);
    expect(points.every(({ x, y }) => x >= 0 && x <= 1 && y >= 0 && y <= 1)).toBe(true);
    expect(layout(ids, lines)).toEqual(points);
  });
  it("uses the picture", () => {
    const xs = layout(ids, ids.flatMap((one, n) => ids.slice(n + 1).map((other) => ({ one, other, weight: 1 })))).map(({ x }) => x);
    expect(Math.max(...xs) - Math.min(...xs)).toBeGreaterThan(0.7);
  });
  it("puts linked numbers closer than others", () => {
    const points = layout(ids, lines);
    const linked = ids.slice(1, 10).reduce((sum, id) => sum + apart(points, "n_0", id), 0) / 9;
    const others = ids.slice(10).reduce((sum, id) => sum + apart(points, "n_0", id), 0) / 10;
    expect(linked).toBeLessThan(others);
  });
  it("bears one number, none, and a line to a number that is not there", () => {
    expect(layout([], [])).toEqual([]);
    expect(layout(["a"], [{ one: "a", other: "b", weight: 1 }])).toHaveLength(1);
  });
});
