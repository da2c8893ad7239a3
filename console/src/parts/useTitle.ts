import { useEffect } from "react";
import { useI18n } from "../i18n/context";

/** The page's name in the tab. */
export function useTitle(name: string): void {
  const { m } = useI18n();
  useEffect(() => {
    document.title = `${name} · ${m.product}`;
  }, [name, m]);
}
