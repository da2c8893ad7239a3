import { I18nProvider } from "@cloudscape-design/components/i18n";
import enMessages from "@cloudscape-design/components/i18n/messages/all.en";
import jaMessages from "@cloudscape-design/components/i18n/messages/all.ja";
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import type { LocalisedText } from "../api/types";
import { catalogue, type Language, type Messages } from "./messages";

interface I18n {
  language: Language;
  m: Messages;
  setLanguage: (language: Language) => void;
  say: (text: LocalisedText) => string;
}

const Context = createContext<I18n | null>(null);
const KEPT = "rapport.language";

function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "en" || kept === "ja") return kept;
  return navigator.language.startsWith("ja") ? "ja" : "en";
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(KEPT, language);
  }, [language]);
  const value = useMemo<I18n>(
    () => ({ language, m: catalogue[language], setLanguage, say: (text) => text[language] }),
    [language],
  );
  return (
    <I18nProvider locale={language} messages={[enMessages, jaMessages]}>
      <Context.Provider value={value}>{children}</Context.Provider>
    </I18nProvider>
  );
}

export function useI18n(): I18n {
  const value = useContext(Context);
  if (!value) throw new Error("LanguageProvider is missing");
  return value;
}
