// A form of texts becomes a row of the model's fields; answers become variants to compare.
import type { Answer, Cell, ModelField } from "../api/types";

/** What is typed, by field; a field without text is not given. */
export type Texts = Readonly<Record<string, string>>;

export interface Read {
  row: Record<string, Cell>;
  /** Fields whose text is nothing that they can hold. */
  wrong: string[];
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export function rowOf(fields: ModelField[], texts: Texts): Read {
  const row: Record<string, Cell> = {};
  const wrong: string[] = [];
  for (const { name, kind } of fields) {
    const text = (texts[name] ?? "").trim();
    if (text === "") continue;
    if (kind === "boolean") row[name] = text === "true";
    else if (kind !== "number") row[name] = text;
    else if (NUMBER.test(text)) row[name] = Number(text);
    else wrong.push(name);
  }
  return { row, wrong };
}

/** What is usual in training, or an example, as texts; fields without either stay empty. */
export function usual(fields: ModelField[]): Texts {
  return Object.fromEntries(
    fields.flatMap(({ name, typical }) => (typical == null ? [] : [[name, text(typical)]])),
  );
}

const text = (value: number | string) => (typeof value === "string" ? value : String(Number(value.toPrecision(5))));

export interface Scale {
  min: number;
  max: number;
  step: number;
}

/** The scale of a slider: what has a meaning where both ends are known, else what was usual; null without either. */
export function scaleOf({ kind, least, most, low, high, unit }: ModelField): Scale | null {
  if (kind !== "number") return null;
  const min = least ?? low ?? null;
  // Twice the usual leaves room to try something rare.
  const max = most ?? (high == null ? null : 2 * Math.abs(high));
  if (min === null || max === null || !(max > min)) return null;
  const counted = unit?.en === "count" || unit?.en === "days" || unit?.en === "months";
  if (counted) return { min: Math.floor(min), max: Math.ceil(max), step: 1 };
  const step = 10 ** Math.floor(Math.log10((max - min) / 50));
  return { min: Math.floor(min / step) * step, max: Math.ceil(max / step) * step, step };
}

/** A model's main figure: its probability, else the first number that it says. */
export function mainFigure({ probability, outputs }: Answer): number | null {
  if (probability != null) return probability;
  const first = outputs.find(({ value }) => typeof value === "number");
  return typeof first?.value === "number" ? first.value : null;
}

export interface Variant {
  id: number;
  row: Record<string, Cell>;
  answer: Answer;
}

const MOST = 6;

/** The first variant stays, as the one that the others are compared with; of the rest the last few do. */
export function remember(variants: Variant[], row: Record<string, Cell>, answer: Answer): Variant[] {
  const all = [...variants, { id: (variants.at(-1)?.id ?? 0) + 1, row, answer }];
  return [...all.slice(0, 1), ...all.slice(1).slice(1 - MOST)];
}

/** What a row has otherwise than another: null is a field that it does not give. */
export function differences(row: Record<string, Cell>, from: Record<string, Cell>): [string, Cell][] {
  return [...new Set([...Object.keys(from), ...Object.keys(row)])]
    .filter((name) => row[name] !== from[name])
    .map((name) => [name, row[name] ?? null]);
}
