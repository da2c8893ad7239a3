import { describe, expect, it } from "vitest";
import type { Answer, ModelField } from "../api/types";
import { differences, remember, rowOf, type Variant } from "./whatif";

const fields: ModelField[] = [
  { name: "spend", kind: "number", levels: [] },
  { name: "segment", kind: "category", levels: ["a", "b"] },
  { name: "vip", kind: "boolean", levels: ["false", "true"] },
  { name: "since", kind: "date", levels: [] },
];
const answer = (probability: number): Answer => ({
  prediction_id: "p",
  name: "churn",
  version: "1.0.0",
  arm: "champion",
  probability,
  value: Math.round(100 * probability),
  synthetic: true,
  reasons: [],
});

describe("a form as a row", () => {
  it("reads each kind of field", () => {
    const texts = { spend: " -1.5e3 ", segment: "b", vip: "false", since: "2026-01-31" };
    expect(rowOf(fields, texts)).toEqual({
      row: { spend: -1500, segment: "b", vip: false, since: "2026-01-31" },
      wrong: [],
    });
  });

  it("leaves out what is not given", () => {
    expect(rowOf(fields, { spend: "  ", segment: "" })).toEqual({ row: {}, wrong: [] });
  });

  it.each(["abc", "1,5", "1e", "Infinity", "0x10", "--1", "."])("does not take %s for a number", (text) => {
    expect(rowOf(fields, { spend: text }).wrong).toEqual(["spend"]);
  });
});

describe("variants", () => {
  it("keep the first and the last few", () => {
    let variants: Variant[] = [];
    for (let spend = 0; spend < 20; spend += 1) variants = remember(variants, { spend }, answer(spend / 100));
    expect(variants.map(({ row }) => row.spend)).toEqual([0, 15, 16, 17, 18, 19]);
    expect(new Set(variants.map(({ id }) => id)).size).toBe(6);
  });

  it("say what is otherwise, fields that are no longer given too", () => {
    expect(differences({ spend: 2, vip: true }, { spend: 1, segment: "a", vip: true })).toEqual([
      ["spend", 2],
      ["segment", null],
    ]);
    expect(differences({ spend: 1 }, { spend: 1 })).toEqual([]);
  });
});
