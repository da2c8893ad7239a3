import { describe, expect, it } from "vitest";
import { formatOf, size, template } from "./template";

const column = (name: string, example: string) => ({ name, example, label: { en: name, ja: name } });

describe("the template of a batch", () => {
  it("has the header and a usual row, with quotes where a cell needs them", () => {
    const columns = [column("id", "C1"), column("city, of birth", 'the "old" town')];
    expect(template({ columns })).toBe('id,"city, of birth"\r\nC1,"the ""old"" town"\r\n');
  });

  it("knows JSON lines by their name and takes everything else for CSV", () => {
    expect(["a.csv", "a.JSONL", "a.ndjson", "a.txt"].map(formatOf)).toEqual(["csv", "jsonl", "jsonl", "csv"]);
  });

  it("says sizes in the unit that fits", () => {
    expect([12, 45_600, 12_300_000].map(size)).toEqual(["1 kB", "46 kB", "12.3 MB"]);
  });
});
