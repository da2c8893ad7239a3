// The file that a batch expects, as a beginning to fill in.
import type { BatchColumns } from "../api/types";

const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The header and one usual row. */
export function template({ columns }: Pick<BatchColumns, "columns">): string {
  const line = (cells: string[]) => `${cells.map(cell).join(",")}\r\n`;
  return line(columns.map(({ name }) => name)) + line(columns.map(({ example }) => example));
}

/** Hand a text to the reader as a file. */
export function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** How a file is written, by its name. */
export function formatOf(name: string): "csv" | "jsonl" {
  return /\.(jsonl|ndjson|json)$/i.test(name) ? "jsonl" : "csv";
}

/** Bytes as people read them. */
export function size(bytes: number): string {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
