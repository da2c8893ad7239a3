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
