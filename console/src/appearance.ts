import { applyMode, Mode } from "@cloudscape-design/global-styles";
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";

export type Appearance = "system" | "light" | "dark";

const KEPT = "rapport.appearance";
const systemDark = matchMedia("(prefers-color-scheme: dark)");
const narrow = matchMedia("(max-width: 688px)");

function useMedia(query: MediaQueryList): boolean {
  const watch = useCallback(
    (changed: () => void) => {
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    [query],
  );
  return useSyncExternalStore(watch, () => query.matches);
}

/** Whether this is a phone's width. */
export function useNarrow(): boolean {
  return useMedia(narrow);
}

/** Light, dark, or as the system is now; the choice is kept. */
export function useAppearance(): [Appearance, (appearance: Appearance) => void] {
  const [appearance, setAppearance] = useState<Appearance>(() => {
    const kept = localStorage.getItem(KEPT);
    return kept === "light" || kept === "dark" ? kept : "system";
  });
  const system = useMedia(systemDark);
  const dark = appearance === "dark" || (appearance === "system" && system);
  useEffect(() => {
    applyMode(dark ? Mode.Dark : Mode.Light);
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
  }, [dark]);
  const choose = (next: Appearance) => {
    localStorage.setItem(KEPT, next);
    setAppearance(next);
  };
  return [appearance, choose];
}
