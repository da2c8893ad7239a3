import Box from "@cloudscape-design/components/box";
import { analytics } from "../api/analytics";
import type { Counted } from "../api/types";
import { useI18n } from "../i18n/context";
import { Shares } from "../parts/Shares";
import { count, share } from "../parts/figures";
import { useRead } from "../parts/useRead";
import { Panel } from "./Panel";
import { byYear } from "./series";

const BANDS = ["HIGH", "MEDIUM", "LOW"] as const;

/** Who the customers are now. */
export function CustomersPanel() {
  const { m, language } = useI18n();
  const reading = useRead(analytics.customers);
  const names = new Intl.DisplayNames(language, { type: "language" });
  const band = (value: string) => {
    const known = BANDS.find((item) => item === value);
    return known ? m[known] : value;
  };
  const or = (tell: (value: string) => string) => (value: string) => (value === "unknown" ? m.unknownValue : tell(value));
  return (
    <Panel title={m.customers} reading={reading}>
      {(found) => (
        <div className="halves">
          <Dimension title={m.bySegment} counts={found.segments} all={found.customers} tell={or((value) => value)} />
          <Dimension title={m.byArrears} counts={found.risks} all={found.customers} tell={or(band)} />
          <Dimension
            title={m.byLanguage}
            counts={found.languages}
            all={found.customers}
            tell={or((value) => names.of(value) ?? value)}
          />
          <Dimension
            title={m.byJoining}
            counts={byYear(found.joined)}
            all={found.customers}
            tell={or((value) => value)}
          />
        </div>
      )}
    </Panel>
  );
}

function Dimension({
  title,
  counts,
  all,
  tell,
}: {
  title: string;
  counts: Counted[];
  all: number;
  tell: (value: string) => string;
}) {
  const { language } = useI18n();
  return (
    <section aria-label={title}>
      <Box variant="h3">{title}</Box>
      <Shares
        label={title}
        parts={counts.map(({ value, customers }) => ({
          name: tell(value),
          size: customers,
          said: `${count(customers, language)} (${share(all > 0 ? customers / all : 0, 0)})`,
        }))}
      />
    </section>
  );
}
