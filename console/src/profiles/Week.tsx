import Box from "@cloudscape-design/components/box";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { Fragment } from "react";
import { Panel } from "../analytics/Panel";
import type { Patterns } from "../api/types";
import { useI18n } from "../i18n/context";
import type { Reading } from "../parts/useRead";
import { dayName, hourName, local, offsetNow } from "./week";

const DAYS = [0, 1, 2, 3, 4, 5, 6];

/** When in the week this customer is active, how long calls last and how much is paid. */
export function Week({ reading }: { reading: Reading<Patterns | "unknown"> }) {
  const { m, language } = useI18n();
  const p = m.profile;
  return (
    <Panel title={p.pattern} about={p.patternAbout} reading={reading}>
      {(of) => {
        if (of === "unknown") return <Box color="text-body-secondary">{p.unknown}</Box>;
        const hours = local(of.hours, offsetNow());
        const most = Math.max(...hours);
        if (most === 0) return <Box color="text-body-secondary">{p.patternNone}</Box>;
        const busiest = `${p.busiest} ${hourName(hours.indexOf(most), language)} (${most} ${p.eventsThen})`;
        return (
          <SpaceBetween size="s">
            <div>{busiest}</div>
            <div className="week" role="img" aria-label={`${p.pattern}. ${busiest}`}>
              {DAYS.map((day) => (
                <Fragment key={day}>
                  <span>{dayName(day, language)}</span>
                  {hours.slice(24 * day, 24 * day + 24).map((happened, hour) => (
                    <i key={hour} title={`${hourName(24 * day + hour, language)}: ${happened}`}>
                      <b style={{ opacity: happened / most }} />
                    </i>
                  ))}
                </Fragment>
              ))}
              <span />
              {Array.from({ length: 24 }, (_, hour) => (
                <span key={hour}>{hour % 6 === 0 ? hour : ""}</span>
              ))}
            </div>
            <KeyValuePairs
              columns={2}
              items={[
                {
                  label: `${p.duration} (${p.typical})`,
                  value: of.call_duration_s.p50 == null ? m.nothing : `${of.call_duration_s.p50.toFixed(0)} s`,
                },
                {
                  label: `${p.amounts} (${p.typical})`,
                  value: of.payment_amount.p50 == null ? m.nothing : of.payment_amount.p50.toFixed(0),
                },
              ]}
            />
          </SpaceBetween>
        );
      }}
    </Panel>
  );
}
