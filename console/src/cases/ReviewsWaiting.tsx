import { useEffect, useState } from "react";
import { operators } from "../api/onboarding";
import { useI18n } from "../i18n/context";
import { PageLink } from "../parts/PageLink";

/** The other inbox of who decides: applications that wait for a review. Nothing while there are none. */
export function ReviewsWaiting() {
  const { m } = useI18n();
  const [waiting, setWaiting] = useState("");
  useEffect(() => {
    let left = false;
    operators
      .list({ state: "review" }, null)
      .then(({ items, next_cursor: more }) => {
        if (!left && items.length > 0) setWaiting(`${String(items.length)}${more ? "+" : ""}`);
      })
      // The cases are here; whoever wants applications finds them on their own page.
      .catch(() => undefined);
    return () => {
      left = true;
    };
  }, []);
  return waiting && <PageLink to="/applications">{m.cases.reviewsWaiting(waiting)}</PageLink>;
}
