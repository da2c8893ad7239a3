import { useCallback } from "react";
import { Panel } from "../analytics/Panel";
import { analytics } from "../api/analytics";
import { useI18n } from "../i18n/context";
import { useRead } from "../parts/useRead";

/** What changed about a customer in the last 30 days, in words. */
export function LatelyPanel({ customerId }: { customerId: string }) {
  const { m, say } = useI18n();
  const reading = useRead(useCallback(() => analytics.summary(customerId), [customerId]));
  return (
    <Panel title={m.insight.lately} reading={reading}>
      {({ changed }) => (
        <ul className="plain">
          {changed.length === 0 && <li>{m.insight.nothingLately}</li>}
          {changed.map((text) => (
            <li key={text.en}>{say(text)}</li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
