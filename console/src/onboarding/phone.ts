// Telephone numbers as people write them, by the country they are of.

/** Calling codes by ISO 3166 country, and whether a leading 0 is left out when one calls from abroad. */
const PLANS: Record<string, { code: string; trunk: boolean }> = {
  AT: { code: "43", trunk: true },
  AU: { code: "61", trunk: true },
  BR: { code: "55", trunk: true },
  CA: { code: "1", trunk: false },
  CH: { code: "41", trunk: true },
  CN: { code: "86", trunk: true },
  DE: { code: "49", trunk: true },
  ES: { code: "34", trunk: false },
  FR: { code: "33", trunk: true },
  GB: { code: "44", trunk: true },
  HK: { code: "852", trunk: false },
  ID: { code: "62", trunk: true },
  IN: { code: "91", trunk: true },
  IT: { code: "39", trunk: false },
  JP: { code: "81", trunk: true },
  KR: { code: "82", trunk: true },
  MX: { code: "52", trunk: false },
  MY: { code: "60", trunk: true },
  NL: { code: "31", trunk: true },
  NZ: { code: "64", trunk: true },
  PH: { code: "63", trunk: true },
  SE: { code: "46", trunk: true },
  SG: { code: "65", trunk: false },
  TH: { code: "66", trunk: true },
  TW: { code: "886", trunk: true },
  US: { code: "1", trunk: false },
  VN: { code: "84", trunk: true },
};

export const COUNTRIES = Object.keys(PLANS);

/** The calling code of a country, as "+81". */
export function callingCode(country: string): string {
  return `+${PLANS[country]?.code ?? ""}`;
}

/**
 * The number in E.164, or null when it cannot be one. Full-width digits, spaces, dots, brackets and dashes are
 * understood; a number that brings its own "+" or "00" keeps its country.
 */
export function e164(country: string, written: string): string | null {
  const plain = written.normalize("NFKC").replace(/[\s().\-‐‑–ー]/g, "");
  const abroad = /^(?:\+|00)(\d+)$/.exec(plain);
  if (abroad) return bounded(abroad[1] ?? "");
  const plan = PLANS[country];
  if (!plan || !/^\d+$/.test(plain)) return null;
  const national = plan.trunk ? plain.replace(/^0/, "") : plain;
  return national.length < 4 ? null : bounded(plan.code + national);
}

/** A number as somebody of its country writes it; null where the country is not listed. `home` wins a shared code. */
export function split(number: string, home: string): { country: string; written: string } | null {
  const of = [home, ...COUNTRIES].filter((country) => number.startsWith(callingCode(country)));
  const country = of.find((each) => of.every((other) => callingCode(other).length <= callingCode(each).length));
  const plan = country === undefined ? undefined : PLANS[country];
  if (country === undefined || plan === undefined) return null;
  return { country, written: (plan.trunk ? "0" : "") + number.slice(callingCode(country).length) };
}

// ITU-T E.164: at most 15 digits, none of the calling codes begins with 0. Fewer than 8 are no mobile number anywhere.
function bounded(digits: string): string | null {
  return /^[1-9]\d{7,14}$/.test(digits) ? `+${digits}` : null;
}
