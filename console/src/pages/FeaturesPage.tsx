import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { features } from "../api/features";
import { useI18n } from "../i18n/context";
import { FeatureTable } from "../insight/FeatureTable";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { useRead } from "../parts/useRead";
import { useTitle } from "../parts/useTitle";

/** What the models see: the features as they are declared. */
export default function FeaturesPage() {
  const { m } = useI18n();
  const w = m.insight;
  useTitle(w.features);
  const { value, error, reload } = useRead(features.list);
  if (!value) return error === null ? <Waiting /> : <Trouble error={error} retry={reload} />;
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={w.featuresAbout}
          info={value.synthetic ? <Badge color="grey">{m.syntheticShort}</Badge> : undefined}
        >
          {w.features}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <FeatureTable title={w.features} features={value.items} />
        <Box variant="small">
          {w.populationOf} {value.population_of}
        </Box>
      </SpaceBetween>
    </ContentLayout>
  );
}
