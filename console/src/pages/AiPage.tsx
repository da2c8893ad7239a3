import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useState } from "react";
import { HandoversPanel } from "../ai/HandoversPanel";
import { InteractionsPanel } from "../ai/InteractionsPanel";
import { UsagePanels } from "../ai/UsagePanels";
import { ai } from "../api/ai";
import { useI18n } from "../i18n/context";
import { useRead } from "../parts/useRead";
import { useTitle } from "../parts/useTitle";

const PERIODS = [7, 30, 90];

/** What AI help was used for, what it cost, how often rules answered instead, and who waits for a person. */
export default function AiPage() {
  const { m } = useI18n();
  const [days, setDays] = useState(30);
  const reading = useRead(useCallback(() => ai.usage(days), [days]));
  useTitle(m.aiUsage);
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={m.aiUsageAbout}
          actions={
            <SegmentedControl
              label={m.periodLength}
              selectedId={String(days)}
              options={PERIODS.map((each) => ({ id: String(each), text: `${each} ${m.days}` }))}
              onChange={({ detail }) => setDays(Number(detail.selectedId))}
            />
          }
        >
          {m.aiUsage}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <HandoversPanel />
        <UsagePanels reading={reading} />
        <InteractionsPanel />
      </SpaceBetween>
    </ContentLayout>
  );
}
