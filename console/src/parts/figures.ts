// Numbers as people read them, in either language.
import type { Figure } from "../api/types";
import type { Language } from "../i18n/language";

/** A share with one decimal: "7.4 %". */
export function share(value: number, decimals = 1): string {
  return `${(100 * value).toFixed(decimals)} %`;
}

/** A difference of two shares in percentage points, with its sign. */
export function points(difference: number): string {
  const shown = (100 * difference).toFixed(1);
  if (Number(shown) === 0) return "±0.0";
  return difference > 0 ? `+${shown}` : shown.replace("-", "−");
}

export function decimal(value: number): string {
  return value.toFixed(3);
}

/** A figure without its interval says more than is known. */
export function withInterval({ value, low, high }: Figure): string {
  return `${decimal(value)} (${decimal(low)}–${decimal(high)})`;
}

export function count(value: number, language: Language): string {
  return new Intl.NumberFormat(language).format(value);
}

/** An amount in its currency, with as many decimals as the currency has. */
export function money(amount: number, currency: string, language: Language): string {
  return new Intl.NumberFormat(language, { style: "currency", currency }).format(amount);
}

/** An amount for an axis, short. */
export function shortNumber(value: number, language: Language): string {
  return new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 }).format(value);
}

/** "2026-01" as a month, "2026-01-31" as a day. Periods are UTC. */
export function period(text: string, language: Language): string {
  const day = text.length > 7;
  const moment = new Date(day ? `${text}T00:00:00Z` : `${text}-01T00:00:00Z`);
  if (Number.isNaN(moment.getTime())) return text;
  return new Intl.DateTimeFormat(language, {
    timeZone: "UTC",
    year: day ? undefined : "numeric",
    month: "short",
    day: day ? "numeric" : undefined,
  }).format(moment);
}

export function date(epochMs: number, language: Language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(epochMs);
}

/** Whether what was typed is a whole number between these two, both included. */
export function isWhole(typed: string, [low, high]: readonly [number, number]): boolean {
  const value = Number(typed);
  return typed !== "" && Number.isInteger(value) && value >= low && value <= high;
}

/** "GB" as a name; what is no region stays as it is. */
export function country(code: string, language: Language): string {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  return new Intl.DisplayNames([language], { type: "region" }).of(code) ?? code;
}

/** Millionths of a US dollar as dollars, with as many decimals as small amounts need. */
export function microUsd(amount: number, language: Language): string {
  const digits = amount !== 0 && Math.abs(amount) < 1_000_000 ? 4 : 2;
  return new Intl.NumberFormat(language, {
    style: "currency",
    currency: "USD",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount / 1_000_000);
}
