// How processors say how long records waited, and the minutes of an hour.
import type { ProcessorFigures } from "../api/types";
import type { Messages } from "../i18n/catalogue.en";

export const MINUTE_MS = 60_000;

/** A quantile of the lag: it is told as the upper edge of its bin, and not at all beyond the last one. */
export function lagWord(edgeMs: number | null | undefined, records: number, m: Messages): string {
  if (records === 0) return "–";
  if (edgeMs == null) return m.realtime.beyond;
  return edgeMs < 1000 ? `${m.realtime.atMost} ${edgeMs} ms` : `${m.realtime.atMost} ${edgeMs / 1000} s`;
}

/** Every minute of the window, oldest first: a minute in which nothing was measured has no records. */
export function minutesOf(
  found: ProcessorFigures["minutes"],
  until: number,
  windowMinutes: number,
): { at: number; records: number; lag: number | null }[] {
  const known = new Map(found.map((minute) => [minute.at, minute]));
  const last = Math.floor(until / MINUTE_MS) * MINUTE_MS;
  return Array.from({ length: windowMinutes }, (_, index) => {
    const at = last - (windowMinutes - 1 - index) * MINUTE_MS;
    const minute = known.get(at);
    return { at, records: minute?.records ?? 0, lag: minute?.lag_mean_ms ?? null };
  });
}
