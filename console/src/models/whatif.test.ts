import { describe, expect, it } from "vitest";
import type { Answer, ModelField } from "../api/types";
import { differences, mainFigure, remember, rowOf, scaleOf, usual, type Variant } from "./whatif";

const field = (name: string, kind: ModelField["kind"], given: Partial<ModelField> = {}): ModelField => ({
  name,
  kind,
  label: { en: name, ja: name },
  required: false,
  levels: [],
  ...given,
});
const fields: ModelField[] = [
  field("spend", "number"),
  field("segment", "category", { levels: ["a", "b"] }),
  field("vip", "boolean", { levels: ["false", "true"] }),
  field("since", "date"),
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
  outputs: [],
  classes: [],
  warnings: [],
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

describe("what a field allows", () => {
  it("fills in what is usual and leaves the rest empty", () => {
    const given = [field("spend", "number", { typical: 0.123456789 }), field("text", "text", { typical: "hello" }), field("x", "number")];
    expect(usual(given)).toEqual({ spend: "0.12346", text: "hello" });
  });

  it("slides over what has a meaning, or over twice what is usual", () => {
    expect(scaleOf(field("share", "number", { least: 0, most: 1 }))).toEqual({ min: 0, max: 1, step: 0.01 });
    const days = { least: 0, high: 12.5, unit: { en: "days", ja: "日" } };
    expect(scaleOf(field("days", "number", days))).toEqual({ min: 0, max: 25, step: 1 });
    expect(scaleOf(field("spend", "number"))).toBeNull();
    expect(scaleOf(field("since", "date", { least: 0, most: 1 }))).toBeNull();
  });

  it("holds the usual values on its scale", () => {
    const change = field("change", "number", { least: -1, most: 1, low: -0.4, high: 0.4 });
    const scale = scaleOf(change);
    expect(scale && scale.min <= -0.4 && scale.max >= 0.4).toBe(true);
  });
});

describe("the main figure of an answer", () => {
  it("is its probability, else the first number that it says", () => {
    const output = (value: number | string) => ({ code: "value", label: { en: "Value", ja: "値" }, value });
    expect(mainFigure(answer(0.3))).toBe(0.3);
    expect(mainFigure({ ...answer(0), probability: null, outputs: [output("loyal"), output(12)] })).toBe(12);
    expect(mainFigure({ ...answer(0), probability: null })).toBeNull();
  });
});
