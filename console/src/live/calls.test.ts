import { describe, expect, it } from "vitest";
import { byRisk, keep, settle, type Calls } from "./calls";
import { callAt } from "./testing";

const listed = (...calls: ReturnType<typeof callAt>[]): Calls => calls.reduce<Calls>(keep, new Map());

describe("a list of calls", () => {
  it("keeps the newer state of a call", () => {
    const list = listed(callAt(3, "a"));
    expect(keep(list, callAt(2, "a"))).toBe(list);
    expect(keep(list, callAt(4, "a")).get("a")?.seq).toBe(4);
  });

  it("forgets a call that ended while nobody listened", () => {
    const asked = listed(callAt(3, "a"), callAt(3, "b"));
    expect([...settle(asked, asked, [callAt(3, "b")]).keys()]).toEqual(["b"]);
  });

  it("does not forget a call whose news came while the page was on its way", () => {
    const asked = listed(callAt(3, "a"));
    const now = keep(keep(asked, callAt(1, "new")), callAt(5, "a"));
    const after = settle(now, asked, [callAt(3, "a")]);
    expect(after.get("new")?.seq).toBe(1);
    expect(after.get("a")?.seq).toBe(5);
  });

  it("puts the riskiest first and calls without a score last", () => {
    const scored = (id: string, value: number) => ({
      ...callAt(1, id),
      score: { value, probability: value / 100, band: "LOW" as const, reasons: [], actions: [], customer_data: "none" as const, model: { name: "m", version: "1", synthetic: true } },
    });
    const sorted = [callAt(1, "none"), scored("low", 10), scored("high", 90)].sort(byRisk);
    expect(sorted.map((call) => call.contact_id)).toEqual(["high", "low", "none"]);
  });
});
