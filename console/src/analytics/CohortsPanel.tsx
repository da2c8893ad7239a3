import Box from "@cloudscape-design/components/box";
import { analytics } from "../api/analytics";
import { useI18n } from "../i18n/context";
import { count, period, share } from "../parts/figures";
import { useRead } from "../parts/useRead";
import { Panel } from "./Panel";
import { cohortRows, type CohortRow } from "./series";

// The darkest shade still leaves the figure on it readable, in light and in dark.
const DARKEST = 0.55;

/** Who stays: the share of each month's new customers that is active, by months since. */
export function CohortsPanel() {
  const { m } = useI18n();
  const reading = useRead(analytics.cohorts);
  return (
    <Panel title={m.cohorts} about={m.cohortsAbout} reading={reading}>
      {(found) => {
        const rows = cohortRows(found);
        return rows.length > 0 ? <HeatMap rows={rows} /> : <Box color="text-body-secondary">{m.noCohorts}</Box>;
      }}
    </Panel>
  );
}

function HeatMap({ rows }: { rows: CohortRow[] }) {
  const { m, language } = useI18n();
  const ages = rows[0]?.shares ?? [];
  return (
    <div className="heat" role="region" aria-label={m.cohorts} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{m.joinedIn}</th>
            <th scope="col">{m.customers}</th>
            {ages.map((_, age) => (
              <th key={age} scope="col">
                {m.monthAge} {age}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ cohort, customers, shares }) => (
            <tr key={cohort}>
              <th scope="row">{period(cohort, language)}</th>
              <td>{count(customers, language)}</td>
              {shares.map((active, age) => (
                <td
                  key={age}
                  style={active === null ? undefined : { background: `rgb(11 92 173 / ${100 * DARKEST * active}%)` }}
                >
                  {active === null ? "" : share(active, 0)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
