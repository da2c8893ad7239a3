import Alert from "@cloudscape-design/components/alert";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { recommendations } from "../api/recommendations";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { useRead } from "../parts/useRead";
import { useTitle } from "../parts/useTitle";
import { Actions, Effects, Policies } from "../profiles/statistics";

/** What became of recommendations, and whether they do any good. */
export default function RecommendationsPage() {
  const { m } = useI18n();
  const p = m.profile;
  useTitle(p.statistics);
  const { value, error, reload } = useRead(recommendations.stats);
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={p.statisticsAbout}>
          {p.statistics}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <Trouble error={error} retry={reload} />
        {value === null && error === null && <Waiting />}
        {value && (
          <SpaceBetween size="l">
            {value.policy_synthetic && <Alert type="info">{p.synthetic}</Alert>}
            <Effects of={value} />
            <Actions of={value} />
            <Policies of={value} />
          </SpaceBetween>
        )}
      </SpaceBetween>
    </ContentLayout>
  );
}
