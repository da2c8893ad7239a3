import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback } from "react";
import { analytics } from "../api/analytics";
import { inference } from "../api/inference";
import { useI18n } from "../i18n/context";
import { PageLink } from "../parts/PageLink";
import { useRead } from "../parts/useRead";
import { ActionPanel, ChurnPanel, HistoryPanel, SegmentPanel, SpendPanel, ValuePanel } from "./scores";

const MONTHS = 3;

/** What every model says of this customer now. One that fails leaves the others as they are. */
export function ScoresTab({ customerId, currency }: { customerId: string; currency: string | null }) {
  const { m } = useI18n();
  const w = m.insight;
  const churn = useRead(useCallback(() => inference.churn(customerId), [customerId]));
  const value = useRead(useCallback(() => inference.value(customerId), [customerId]));
  const segment = useRead(useCallback(() => inference.segment(customerId), [customerId]));
  const spending = useRead(useCallback(() => inference.spending(customerId, MONTHS), [customerId]));
  const action = useRead(useCallback(() => inference.action(customerId), [customerId]));
  const summary = useRead(useCallback(() => analytics.summary(customerId), [customerId]));
  return (
    <div className="customer">
      <SpaceBetween size="m">
        <ChurnPanel reading={churn} />
        <HistoryPanel reading={summary} />
      </SpaceBetween>
      <SpaceBetween size="m">
        <ActionPanel reading={action} />
        <ValuePanel reading={value} currency={currency} />
        <SpendPanel reading={spending} currency={currency} />
        <SegmentPanel reading={segment} />
        <Container
          header={
            <Header variant="h2" description={w.notApplicable}>
              {w.credit}
            </Header>
          }
        >
          <SpaceBetween size="xs">
            <Box color="text-body-secondary">{w.creditAbout}</Box>
            <PageLink to="/models/credit?tab=what-if">{w.tryOut}</PageLink>
          </SpaceBetween>
        </Container>
      </SpaceBetween>
    </div>
  );
}
