import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { useCallback, useState } from "react";
import { Panel } from "../analytics/Panel";
import { profiles } from "../api/profiles";
import { recommendations } from "../api/recommendations";
import { useI18n } from "../i18n/context";
import { useRead } from "../parts/useRead";
import { merged } from "./timeline";

const FIRST = 12;

/** What happened lately: events and recommendations. */
export function Timeline({ userId }: { userId: string }) {
  const { m, say, moment } = useI18n();
  const p = m.profile;
  const [all, setAll] = useState(false);
  const reading = useRead(
    useCallback(async () => {
      const [seen, made] = await Promise.all([profiles.timeline(userId), recommendations.page(userId, null)]);
      return merged(seen === "unknown" ? [] : seen.items, made.items);
    }, [userId]),
  );
  return (
    <Panel title={p.timeline} about={p.timelineAbout} reading={reading}>
      {(entries) => (
        <>
          <ol className="plain">
            {entries.length === 0 && <li>{p.noTimeline}</li>}
            {(all ? entries : entries.slice(0, FIRST)).map((entry, number) => (
              <li key={`${entry.at} ${number}`}>
                {"event" in entry ? (
                  <>
                    {p.names[entry.event.name] ?? entry.event.name}
                    {entry.event.channel && ` (${p.channels[entry.event.channel] ?? entry.event.channel})`}
                  </>
                ) : (
                  <>
                    {p.was[entry.was]}: {say(entry.recommendation.text)}
                  </>
                )}{" "}
                <Box variant="small" color="text-body-secondary">
                  {moment(entry.at)}
                </Box>
              </li>
            ))}
          </ol>
          {!all && entries.length > FIRST && (
            <Box margin={{ top: "s" }}>
              <Button onClick={() => setAll(true)}>{m.showMore}</Button>
            </Box>
          )}
        </>
      )}
    </Panel>
  );
}
