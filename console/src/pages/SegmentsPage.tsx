import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useSearchParams } from "react-router-dom";
import { Panel } from "../analytics/Panel";
import { analytics } from "../api/analytics";
import type { SegmentAnalytics } from "../api/types";
import { useI18n } from "../i18n/context";
import { SegmentCustomers } from "../insight/SegmentCustomers";
import { SegmentPanel } from "../insight/SegmentPanel";
import { PageLink } from "../parts/PageLink";
import { Shares } from "../parts/Shares";
import { count, money, share } from "../parts/figures";
import { useRead } from "../parts/useRead";
import { useTitle } from "../parts/useTitle";

/** The segments of the customers: how large, what sets them apart, what they are worth, and who is in them. */
export default function SegmentsPage() {
  const { m } = useI18n();
  const w = m.insight;
  useTitle(w.segments);
  const reading = useRead(analytics.segments);
  const [search, setSearch] = useSearchParams();
  const wanted = search.get("segment");
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={w.segmentsAbout}
          info={reading.value?.synthetic ? <Badge color="grey">{m.syntheticShort}</Badge> : undefined}
          actions={<PageLink to="/models/segmentation">{w.modelPage}</PageLink>}
        >
          {w.segments}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Panel title={m.customers} about={w.segmentCounted} reading={reading}>
          {(found) => (found.customers > 0 ? <Sizes found={found} /> : <Box>{w.noSegments}</Box>)}
        </Panel>
        {reading.value && reading.value.customers > 0 && (
          <Segments
            found={reading.value}
            wanted={wanted}
            choose={(segment) => setSearch({ segment }, { replace: true })}
          />
        )}
      </SpaceBetween>
    </ContentLayout>
  );
}

function Sizes({ found }: { found: SegmentAnalytics }) {
  const { m, say, language } = useI18n();
  const w = m.insight;
  const currencies = found.whole.values.map(({ currency }) => currency);
  return (
    <div className="halves">
      <section aria-label={w.sizeOfSegments}>
        <Box variant="h3">{w.sizeOfSegments}</Box>
        <Shares
          label={w.sizeOfSegments}
          parts={found.segments.map(({ name, customers, share: part }) => ({
            name: say(name),
            size: customers,
            said: `${count(customers, language)} (${share(part, 0)})`,
          }))}
        />
      </section>
      {currencies.map((currency) => {
        const title = `${w.valueOfSegments} (${currency})`;
        const all = found.whole.values.find((value) => value.currency === currency)?.value ?? 0;
        return (
          <section key={currency} aria-label={title}>
            <Box variant="h3">{title}</Box>
            <Shares
              label={title}
              parts={found.segments.map(({ name, values }) => {
                const value = values.find((one) => one.currency === currency)?.value ?? 0;
                return {
                  name: say(name),
                  size: value,
                  said: `${money(value, currency, language)} (${share(all > 0 ? value / all : 0, 0)})`,
                };
              })}
            />
          </section>
        );
      })}
    </div>
  );
}

function Segments({
  found,
  wanted,
  choose,
}: {
  found: SegmentAnalytics;
  wanted: string | null;
  choose: (code: string) => void;
}) {
  const { say } = useI18n();
  const largest = found.segments.reduce((most, each) => (each.customers > most.customers ? each : most));
  const chosen = found.segments.find(({ code }) => code === wanted) ?? largest;
  return (
    <SpaceBetween size="l">
      <div className="halves">
        {found.segments.map((segment) => (
          <SegmentPanel
            key={segment.code}
            segment={segment}
            whole={found.whole}
            chosen={segment === chosen}
            choose={() => choose(segment.code)}
          />
        ))}
      </div>
      <SegmentCustomers key={chosen.code} code={chosen.code} name={say(chosen.name)} />
    </SpaceBetween>
  );
}
