import { I18nProvider, type I18nProviderProps } from "@cloudscape-design/components/i18n";
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import type { LocalisedText } from "../api/types";
import type { Messages } from "./catalogue.en";
import { firstLanguage, load, remember, type Language, type Loaded } from "./language";

interface I18n {
  language: Language;
  m: Messages;
  setLanguage: (language: Language) => void;
  say: (text: LocalisedText) => string;
  time: (epochMs: number) => string;
  moment: (epochMs: number) => string;
  length: (ms: number) => string;
}

const Context = createContext<I18n | null>(null);

/** The whole page in one language; the sentences of the other are loaded when it is chosen. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [wanted, setWanted] = useState<Language>(firstLanguage);
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  useEffect(() => {
    let current = true;
    void load(wanted).then((found) => current && setLoaded(found));
    return () => {
      current = false;
    };
  }, [wanted]);
  const setLanguage = useCallback((language: Language) => {
    remember(language);
    setWanted(language);
  }, []);
  useEffect(() => {
    if (loaded) document.documentElement.lang = loaded.language;
  }, [loaded]);
  const value = useMemo<I18n | null>(() => {
    if (!loaded) return null;
    const { language, messages: m } = loaded;
    const time = new Intl.DateTimeFormat(language, { timeStyle: "short" });
    const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
    return {
      language,
      m,
      setLanguage,
      say: (text) => text[language],
      time: (epochMs) => time.format(epochMs),
      moment: (epochMs) => moment.format(epochMs),
      length: (ms) => {
        const seconds = Math.max(0, Math.round(ms / 1000));
        return seconds < 60 ? `${seconds} ${m.secondsShort}` : `${Math.floor(seconds / 60)} ${m.minutesShort}`;
      },
    };
  }, [loaded, setLanguage]);
  if (!loaded || !value) return null;
  return (
    <I18nProvider locale={loaded.language} messages={[loaded.components as I18nProviderProps.Messages]}>
      <Context.Provider value={value}>{children}</Context.Provider>
    </I18nProvider>
  );
}

export function useI18n(): I18n {
  const value = useContext(Context);
  if (!value) throw new Error("LanguageProvider is missing");
  return value;
}
