import Alert from "@cloudscape-design/components/alert";
import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback } from "react";
import { recommendations } from "../api/recommendations";
import { useI18n } from "../i18n/context";
import { PageLink } from "../parts/PageLink";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { useRead } from "../parts/useRead";
import { useSession } from "../session";
import { Earlier } from "./Earlier";
import { OneRecommendation } from "./OneRecommendation";

/** What to do for this customer, and what was recommended before. `changed` is told of every answer. */
export function RecommendationsPanel({ userId, changed }: { userId: string; changed: () => void }) {
  const { m } = useI18n();
  const { isLead } = useSession();
  const p = m.profile;
  const { value: read, error, reload } = useRead(useCallback(() => recommendations.open(userId), [userId]));
  const value = read === "unknown" ? null : read;
  const done = () => {
    reload();
    changed();
  };
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={p.recommendationsAbout}
          info={value?.policy_synthetic ? <Badge color="grey">{m.syntheticShort}</Badge> : undefined}
          actions={isLead ? <PageLink to="/recommendations">{p.statistics}</PageLink> : undefined}
        >
          {p.recommendations}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <Trouble error={error} retry={reload} />
        {read === null && error === null && <Waiting />}
        {read === "unknown" && <Box color="text-body-secondary">{p.noRecord}</Box>}
        {value?.group === "held_out" && (
          <Alert type="info" header={p.heldOut}>
            {p.heldOutWhy}
          </Alert>
        )}
        {value?.items.length === 0 && value.group === "treated" && <Box color="text-body-secondary">{p.none}</Box>}
        {value && value.items.length > 0 && (
          <ol className="plain">
            {value.items.map((one) => (
              <li key={one.recommendation_id} className="recommendation">
                <OneRecommendation one={one} changed={done} />
              </li>
            ))}
          </ol>
        )}
        {value && (
          <ExpandableSection headerText={p.earlier}>
            <Earlier userId={userId} key={value.items.map((one) => one.recommendation_id).join()} />
          </ExpandableSection>
        )}
      </SpaceBetween>
    </Container>
  );
}
