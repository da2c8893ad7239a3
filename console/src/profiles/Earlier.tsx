import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { useCallback } from "react";
import { recommendations } from "../api/recommendations";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { usePages } from "../parts/usePages";
import { Useful } from "./Useful";

/** What was recommended before, and how it ended. */
export function Earlier({ userId }: { userId: string }) {
  const { m, say, moment } = useI18n();
  const p = m.profile;
  const pages = usePages(useCallback((cursor: string | null) => recommendations.page(userId, cursor), [userId]));
  const ended = pages.items.filter(({ state }) => state !== "open");
  return (
    <>
      <Trouble error={pages.error} retry={pages.reload} />
      <ul className="plain">
        {ended.length === 0 && pages.error === null && <li>{pages.loading ? m.loading : p.noEarlier}</li>}
        {ended.map((one) => {
          const last = one.changes.at(-1);
          return (
            <li key={one.recommendation_id}>
              {say(one.text)}{" "}
              <Box variant="small" color="text-body-secondary">
                {p.states[one.state]}
                {last && ` · ${last.by} · ${moment(last.at)}`}
                {last?.reason && ` · ${p.dismissals[last.reason]}`}
              </Box>
              {last?.note && <div className="wrap said">{last.note}</div>}
              <Useful one={one} changed={pages.reload} />
            </li>
          );
        })}
      </ul>
      {pages.more && <Button onClick={pages.more}>{m.showMore}</Button>}
    </>
  );
}
