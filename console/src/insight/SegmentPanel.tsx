import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { SegmentProfile } from "../api/types";
import { useI18n } from "../i18n/context";
import { count, money, share } from "../parts/figures";
import { profileRows, type ProfileRow } from "./shape";

/** One segment: what sets it apart, what it is worth, and how likely its customers are to leave. */
export function SegmentPanel({
  segment,
  whole,
  chosen,
  choose,
}: {
  segment: SegmentProfile;
  whole: SegmentProfile;
  chosen: boolean;
  choose: () => void;
}) {
  const { m, say, language } = useI18n();
  const w = m.insight;
  return (
    <Container
      fitHeight
      header={
        <Header
          variant="h2"
          description={`${count(segment.customers, language)} · ${share(segment.share, 0)} ${w.ofCustomers}`}
          actions={
            segment.customers > 0 && (
              <Button ariaLabel={`${w.showCustomers}: ${say(segment.name)}`} disabled={chosen} onClick={choose}>
                {w.showCustomers}
              </Button>
            )
          }
        >
          {say(segment.name)}
        </Header>
      }
    >
      {segment.customers === 0 ? (
        <Box color="text-body-secondary">{w.nobodyHere}</Box>
      ) : (
        <SpaceBetween size="m">
          <Figures segment={segment} />
          <Profile segment={segment} whole={whole} />
        </SpaceBetween>
      )}
    </Container>
  );
}

function Figures({ segment }: { segment: SegmentProfile }) {
  const { m, language } = useI18n();
  const w = m.insight;
  const { churn } = segment;
  return (
    <KeyValuePairs
      columns={2}
      items={[
        ...segment.values.map(({ currency, value, mean }) => ({
          label: w.value12m,
          value: (
            <>
              {money(value, currency, language)}
              <Box variant="small" display="block" color="text-body-secondary">
                {money(mean, currency, language)} {w.perCustomer}
              </Box>
            </>
          ),
        })),
        ...(churn
          ? [
              {
                label: w.leaving,
                value: (
                  <>
                    {share(churn.mean)} {w.onMean}
                    <Box variant="small" display="block" color="text-body-secondary">
                      {m.HIGH} {churn.high} · {m.MEDIUM} {churn.medium} · {m.LOW} {churn.low}
                    </Box>
                  </>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}

function Profile({ segment, whole }: { segment: SegmentProfile; whole: SegmentProfile }) {
  const { m, say } = useI18n();
  const w = m.insight;
  if (!segment.typical) return <Box color="text-body-secondary">{w.noProfile}</Box>;
  return (
    <section aria-label={`${w.profile}: ${say(segment.name)}`}>
      <Box variant="h3">{w.profile}</Box>
      <ul className="plain">
        {segment.words.length === 0 && <li>{w.likeTheWhole}</li>}
        {segment.words.map((text) => (
          <li key={text.en}>{say(text)}</li>
        ))}
      </ul>
      <ul className="shares" aria-label={w.profileAbout}>
        {profileRows(segment, whole).map((row) => (
          <Figure key={row.figure} row={row} currency={segment.typical?.currency ?? null} />
        ))}
      </ul>
    </section>
  );
}

function Figure({ row, currency }: { row: ProfileRow; currency: string | null }) {
  const { m, language } = useI18n();
  const w = m.insight;
  if (row.mine === null || row.whole === null) return null;
  const tell = (value: number) =>
    row.figure === "money" && currency
      ? money(value, currency, language)
      : new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value);
  const place = 50 * (row.against ?? 0);
  return (
    <li>
      <div className="shares-words">
        <span>{w[row.figure]}</span>
        <Box color="text-body-secondary" variant="span">
          {tell(row.mine)} · {w.wholeIs} {tell(row.whole)}
        </Box>
      </div>
      <div className="against" aria-hidden="true">
        <div style={{ left: `${50 + Math.min(0, place)}%`, width: `${Math.abs(place)}%` }} />
      </div>
    </li>
  );
}
