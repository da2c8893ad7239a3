import { useEffect } from "react";

const EVERY_MS = 2_000;

/** Read again every two seconds while something is on its way and the page is looked at. */
export function useWatched(running: boolean, reload: () => void): void {
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") reload();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [running, reload]);
}
