import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { analytics } from "../api/analytics";
import { useI18n } from "../i18n/context";
import { Shares } from "../parts/Shares";
import { count, money, share } from "../parts/figures";
import { useRead } from "../parts/useRead";
import { Panel } from "./Panel";

/** How the expected value spreads over the customers. */
export function ValuePanel() {
  const { m, language } = useI18n();
  const w = m.insight;
  const reading = useRead(analytics.value);
  return (
    <Panel title={w.valueSpread} about={w.valueSpreadAbout} reading={reading}>
      {({ currencies }) => {
        if (currencies.length === 0) return <Box color="text-body-secondary">{w.noValueYet}</Box>;
        return (
          <SpaceBetween size="l">
            {currencies.map(({ currency, customers, value, deciles }) => (
              <section key={currency} aria-label={`${w.valueSpread} (${currency})`}>
                <SpaceBetween size="s">
                  <Box>
                    {w.topTenth} <span className="figure">{share(deciles[0]?.share ?? 0, 0)}</span>{" "}
                    <Box variant="span" color="text-body-secondary">
                      {money(value, currency, language)} · {count(customers, language)} {m.customers}
                    </Box>
                  </Box>
                  <Shares
                    label={`${w.valueSpread} (${currency})`}
                    parts={deciles.map(({ decile, value: part, share: of }) => ({
                      name: `${w.tenth} ${decile}`,
                      size: part,
                      said: `${money(part, currency, language)} (${share(of, 0)})`,
                    }))}
                  />
                </SpaceBetween>
              </section>
            ))}
          </SpaceBetween>
        );
      }}
    </Panel>
  );
}
