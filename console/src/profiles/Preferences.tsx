import Box from "@cloudscape-design/components/box";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { Panel } from "../analytics/Panel";
import type { UserProfile } from "../api/types";
import { useI18n } from "../i18n/context";
import { count, date, share } from "../parts/figures";
import type { Reading } from "../parts/useRead";
import { hourName, offsetNow } from "./week";

/** How to reach this customer, and how careful to be. */
export function Preferences({ reading }: { reading: Reading<UserProfile | "unknown"> }) {
  const { m, say, language } = useI18n();
  const p = m.profile;
  return (
    <Panel title={p.preferences} about={p.preferencesAbout} reading={reading}>
      {(of) =>
        of === "unknown" ? (
          <Box color="text-body-secondary">{p.unknown}</Box>
        ) : (
          <SpaceBetween size="m">
            <KeyValuePairs
              columns={2}
              items={[
                {
                  label: p.preferredChannel,
                  value: of.preferred_channel ? (p.channels[of.preferred_channel] ?? of.preferred_channel) : m.nothing,
                },
                {
                  label: p.preferredHours,
                  value:
                    of.preferred_hours.map((each) => hourName(each.hour_of_week + offsetNow(), language)).join(", ") ||
                    m.nothing,
                },
                { label: p.calls30d, value: `${of.calls_30d.toFixed(1)} (${p.callsDecayed})` },
                {
                  label: p.gap,
                  value: of.typical_gap_h.p50 == null ? m.nothing : `${of.typical_gap_h.p50.toFixed(1)} ${p.hours}`,
                },
                { label: p.devices, value: count(of.distinct_devices, language) },
                { label: p.countries, value: count(of.distinct_countries, language) },
                { label: p.firstSeen, value: date(of.first_seen, language) },
                { label: p.lastSeen, value: date(of.last_seen, language) },
                { label: p.events, value: count(of.events, language) },
                {
                  label: `${p.mood} (${p.moodScale})`,
                  value: of.sentiment_mean == null ? m.nothing : of.sentiment_mean.toFixed(2),
                },
                { label: p.strategy, value: `${p.strategies[of.allow_list.strategy]}: ${say(of.allow_list.because)}` },
              ]}
            />
            <section aria-label={p.risk}>
              <Box variant="h3">
                {p.risk}: {share(of.risk.value, 0)}
              </Box>
              <Box variant="small" color="text-body-secondary">
                {p.riskNote}
              </Box>
              <ul className="plain">
                {of.risk.reasons.length === 0 && <li>{p.noRisk}</li>}
                {of.risk.reasons.map((reason) => (
                  <li key={reason.code}>{say(reason.text)}</li>
                ))}
              </ul>
            </section>
            <section aria-label={p.answered}>
              <Box variant="h3">{p.answered}</Box>
              <ul className="plain">
                {Object.keys(of.channels).length === 0 && <li>{p.noMessages}</li>}
                {Object.entries(of.channels).map(([name, rate]) => (
                  <li key={name}>
                    {p.channels[name] ?? name}: {rate.answered} / {rate.sent}{" "}
                    {rate.answer_rate != null && (
                      <Box variant="small" color="text-body-secondary">
                        {share(rate.answer_rate, 0)} ({share(rate.low, 0)} – {share(rate.high, 0)})
                      </Box>
                    )}
                  </li>
                ))}
              </ul>
            </section>
          </SpaceBetween>
        )
      }
    </Panel>
  );
}
