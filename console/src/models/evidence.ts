// What is known about a version, folded for tables and charts.
import type { DriftReport, Figure, ModelVersion, SplitFigures } from "../api/types";

export interface Row {
  label: string;
  /** The model itself, not a baseline. */
  own: boolean;
  figures: Record<string, Figure>;
}

/** The model's figures first, then its baselines in the order that the evaluation tells them. */
export function rowsOf(split: SplitFigures, name: string): Row[] {
  return Object.entries(split.figures)
    .map(([label, figures]) => ({ label, own: label === name, figures }))
    .sort((a, b) => Number(b.own) - Number(a.own));
}

/** Every metric of a split, in the order of its first row. */
export function metricsOf(rows: Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row.figures)))];
}

export interface Headline extends Figure {
  metric: string;
}

/** The model's AUC on its strictest split, which evaluations list first; where it has none, its first figure there. */
export function headline({ name, evaluation }: ModelVersion): Headline | null {
  const figures = evaluation[0] && rowsOf(evaluation[0], name).find((row) => row.own)?.figures;
  const [metric, figure] = Object.entries(figures ?? {}).sort(([a], [b]) => Number(b === "AUC") - Number(a === "AUC"))[0] ?? [];
  return metric && figure ? { metric, ...figure } : null;
}

/** How far something moved relative to what still counts as chance: 1 is the limit. */
export function relative({ psi, threshold }: { psi: number; threshold: number }): number {
  return threshold > 0 ? psi / threshold : 0;
}

/** The most that any field, or the score, moved in each report, the oldest first. Reports on too little say nothing. */
export function worstByReport(reports: DriftReport[]): { x: Date; y: number }[] {
  return reports
    .filter((report) => report.fields.length > 0)
    .map((report) => ({
      x: new Date(report.at),
      y: Math.max(...report.fields.map(relative), report.score ? relative(report.score) : 0),
    }))
    .sort((a, b) => a.x.getTime() - b.x.getTime());
}
