import { useCallback, useEffect, useRef, useState } from "react";
import type { ApplicationView } from "../api/onboarding";
import { pace } from "./pace";

export interface Following {
  view: ApplicationView;
  /** Why the last look failed; what was seen before stays. */
  error: unknown;
  /** Take an answer of the service at once. */
  take: (view: ApplicationView) => void;
}

/** An application as it is: again and again while the page is seen, and at once when it is seen again. */
export function useFollow(first: ApplicationView, read: () => Promise<ApplicationView>): Following {
  const [view, setView] = useState(first);
  const [error, setError] = useState<unknown>(null);
  const [failures, setFailures] = useState(0);
  const [looks, setLooks] = useState(0);
  const newest = useRef(0);
  const take = useCallback((given: ApplicationView) => {
    // What was asked before this answer is older than it.
    newest.current += 1;
    setView(given);
    setError(null);
    setFailures(0);
  }, []);
  const look = useCallback(() => {
    const asked = (newest.current += 1);
    const ifNewest = (act: () => void) => asked === newest.current && act();
    read()
      .then(
        (given) => ifNewest(() => take(given)),
        (failure: unknown) =>
          ifNewest(() => {
            setError(failure);
            setFailures((times) => times + 1);
          }),
      )
      .finally(() => setLooks((times) => times + 1));
  }, [read, take]);
  const wait = pace(view, failures);
  useEffect(() => {
    if (wait === null) return;
    const timer = setTimeout(() => {
      if (document.visibilityState === "visible") look();
      else setLooks((times) => times + 1);
    }, wait);
    return () => clearTimeout(timer);
  }, [wait, looks, look]);
  useEffect(() => {
    const seen = () => {
      if (document.visibilityState === "visible") look();
    };
    document.addEventListener("visibilitychange", seen);
    window.addEventListener("online", seen);
    return () => {
      document.removeEventListener("visibilitychange", seen);
      window.removeEventListener("online", seen);
    };
  }, [look]);
  return { view, error, take };
}
