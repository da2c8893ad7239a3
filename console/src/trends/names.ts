import type { Messages } from "../i18n/catalogue.en";

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
