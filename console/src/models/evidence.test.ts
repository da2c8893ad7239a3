import { describe, expect, it } from "vitest";
import { ApiProblem } from "../api/client";
import { objections } from "../api/problems";
import type { DriftReport, FieldDrift, ModelVersion, SplitFigures } from "../api/types";
import { headline, metricsOf, relative, rowsOf, worstByReport } from "./evidence";

const figure = (value: number) => ({ value, low: value - 0.1, high: value + 0.1 });
const split: SplitFigures = {
  split: "later customers",
  rows: 900,
  prevalence: 0.07,
  figures: { "for everybody": { AUC: figure(0.5) }, churn: { AUC: figure(0.7), ECE: figure(0.1) } },
};
const version = (evaluation: SplitFigures[]): ModelVersion => ({
  name: "churn",
  version: "1.0.0",
  origin: "layer",
  question: "Will the customer leave?",
  synthetic: true,
  trained_on: "made-up customers",
  created: "2026-01-31",
  sha256: "",
  fingerprint: "",
  by_row: true,
  tabular: true,
  watched: true,
  evaluation,
});
const field = (psi: number, threshold: number): FieldDrift => ({
  field: "spend",
  psi,
  threshold,
  drifted: psi > threshold,
  severity: "NONE",
  missing_share: 0,
  missing_reference: 0,
  missing_drifted: false,
});
const report = (at: number, fields: FieldDrift[], score: FieldDrift | null = null): DriftReport => ({
  name: "churn",
  version: "1.0.0",
  at,
  since: 0,
  until: at,
  rows: 500,
  fields,
  score,
  calibration: null,
  drifted: false,
  verdict: "stable",
  rows_missing: 0,
});

describe("evidence of a model", () => {
  it("puts the model before its baselines", () => {
    expect(rowsOf(split, "churn").map(({ label, own }) => [label, own])).toEqual([
      ["churn", true],
      ["for everybody", false],
    ]);
  });

  it("knows every metric that any row has", () => {
    expect(metricsOf(rowsOf(split, "churn"))).toEqual(["AUC", "ECE"]);
  });

  it("takes the headline from the first split, and none from a version without evaluation", () => {
    expect(headline(version([split, { ...split, figures: {} }]))?.value).toBe(0.7);
    expect(headline(version([]))).toBeNull();
  });

  it("takes another figure where there is no AUC", () => {
    const found = headline(version([{ ...split, figures: { naive: { MAE: figure(3) }, churn: { MAE: figure(2) } } }]));
    expect([found?.metric, found?.value]).toEqual(["MAE", 2]);
  });
});

describe("drift", () => {
  it("is told relative to its limit, and never where nothing can drift", () => {
    expect(relative(field(0.3, 0.1))).toBeCloseTo(3);
    expect(relative(field(0.3, 0))).toBe(0);
  });

  it("shows what moved most in each report, the oldest first", () => {
    const line = worstByReport([
      report(2000, [field(0.1, 0.1), field(0.05, 0.1)]),
      report(1000, [field(0.05, 0.1)], field(0.2, 0.1)),
    ]);
    expect(line.map(({ x, y }) => [x.getTime(), y])).toEqual([
      [1000, 2],
      [2000, 1],
    ]);
  });

  it("leaves out reports on too few predictions", () => {
    expect(worstByReport([report(1000, [])])).toEqual([]);
  });
});

describe("a refusal", () => {
  const problem = (more: object) => new ApiProblem(409, { detail: "no", ...more });
  const objection = { code: "drifted", figure: null, threshold: null, text: { en: "has drifted", ja: "ドリフト" } };

  it("brings what the gate objects to", () => {
    expect(objections(problem({ objections: [objection] }))).toEqual([objection]);
  });

  it("has none where it is none of the gate's", () => {
    expect(objections(problem({}))).toEqual([]);
    expect(objections(new TypeError("offline"))).toEqual([]);
  });
});
