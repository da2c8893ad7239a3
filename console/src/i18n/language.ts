import type { Messages } from "./catalogue.en";

export type Language = "en" | "ja";
export interface Loaded {
  language: Language;
  messages: Messages;
  /** Cloudscape's own sentences. */
  components: unknown;
}

const KEPT = "rapport.language";

/** The language chosen before, else the browser's. */
export function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "en" || kept === "ja") return kept;
  return navigator.language.startsWith("ja") ? "ja" : "en";
}

export function remember(language: Language): void {
  localStorage.setItem(KEPT, language);
}

export async function load(language: Language): Promise<Loaded> {
  const [own, components] = await (language === "ja"
    ? Promise.all([import("./catalogue.ja"), import("@cloudscape-design/components/i18n/messages/all.ja")])
    : Promise.all([import("./catalogue.en"), import("@cloudscape-design/components/i18n/messages/all.en")]));
  return { language, messages: own.default, components: components.default };
}
