import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { CallsPanel } from "../analytics/CallsPanel";
import { ChurnPanel } from "../analytics/ChurnPanel";
import { CohortsPanel } from "../analytics/CohortsPanel";
import { CustomersPanel } from "../analytics/CustomersPanel";
import { MetricsPanel } from "../analytics/MetricsPanel";
import { ReportsPanel } from "../analytics/ReportsPanel";
import { RevenuePanel } from "../analytics/RevenuePanel";
import { TransactionsPanel } from "../analytics/TransactionsPanel";
import { ValuePanel } from "../analytics/ValuePanel";
import { useI18n } from "../i18n/context";
import { useTitle } from "../parts/useTitle";

/** The business as a whole: the month, who the customers are, what they spend, and who stays. */
export default function AnalyticsPage() {
  const { m } = useI18n();
  useTitle(m.analytics);
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={m.analyticsAbout}>
          {m.analytics}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <MetricsPanel />
        <RevenuePanel />
        <TransactionsPanel />
        <CustomersPanel />
        <ValuePanel />
        <ChurnPanel />
        <CohortsPanel />
        <CallsPanel />
        <ReportsPanel />
      </SpaceBetween>
    </ContentLayout>
  );
}
