// A list of calls that news keep up to date. Pure.
import type { Call } from "../api/types";

export type Calls = ReadonlyMap<string, Call>;

/** Keep the newer state of a call. */
export function keep(known: Calls, call: Call): Calls {
  const before = known.get(call.contact_id);
  return before && before.seq >= call.seq ? known : new Map(known).set(call.contact_id, call);
}

/** Take a page that was asked for when the list was `asked`: what has been in it since then without news is gone. */
export function settle(known: Calls, asked: Calls, page: Call[]): Calls {
  const news = [...known].filter(([id, call]) => asked.get(id) !== call);
  return page.reduce<Calls>(keep, new Map(news));
}

export function isLive(call: Call): boolean {
  return call.status !== "ENDED";
}

/** The riskiest first; among equals the one that waits longest. */
export function byRisk(a: Call, b: Call): number {
  return (b.score?.value ?? -1) - (a.score?.value ?? -1) || a.started_at - b.started_at;
}

export function byNewest(a: Call, b: Call): number {
  return b.started_at - a.started_at;
}
