import type { TrendSummary } from "../api/types";
import type { Messages } from "../i18n/catalogue.en";

/** Whose clock says where a day begins. */
export function clockOf({ utc_offset_h }: TrendSummary, { trends: w }: Messages): string {
  return `${w.clock}${utc_offset_h < 0 ? "−" : "+"}${Math.abs(utc_offset_h)}`;
}

/** The key of a series in words. */
export function seriesName(key: string, { trends: w }: Messages): string {
  if (key === "all") return w.all;
  if (key === "calls") return w.calls;
  const [kind, name] = [key.slice(0, key.indexOf(":")), key.slice(key.indexOf(":") + 1)];
  if (kind === "team") return `${w.team}: ${name}`;
  if (kind === "event") return `${w.event}: ${name}`;
  if (kind === "user") return `${w.customer}: ${name}`;
  return `${w.customer}: ${key}`;
}
