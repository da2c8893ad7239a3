import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useEffect } from "react";
import { useNavigate, useParams } from "react-router-dom";
import { operators } from "../api/onboarding";
import { useI18n } from "../i18n/context";
import { Applies, Hits, PlanOf } from "../onboarding/Applies";
import { EventLog } from "../onboarding/EventLog";
import { isOver } from "../onboarding/pace";
import { Way } from "../onboarding/Way";
import { productName, Tags, WaitsFor } from "../onboarding/words";
import { Work } from "../onboarding/Work";
import { Trouble } from "../parts/Trouble";
import { useRead } from "../parts/useRead";
import { useTitle } from "../parts/useTitle";
import { Waiting } from "../parts/Waiting";

const REFRESH_MS = 10_000;

/** One application as an operator sees it: where it is, who applies, what was said of it, what was done, what to do. */
export default function ApplicationPage() {
  const { applicationId = "" } = useParams();
  return <One key={applicationId} id={applicationId} />;
}

function One({ id }: { id: string }) {
  const { m } = useI18n();
  const o = m.onboarding;
  const navigate = useNavigate();
  const { value: of, error, loading, reload } = useRead(useCallback(() => operators.get(id), [id]));
  useTitle(o.application);
  const follows = of !== null && !isOver(of.state);
  useEffect(() => {
    if (!follows) return;
    const timer = setInterval(() => document.visibilityState === "visible" && reload(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [follows, reload]);
  if (!of) return error === null ? <Waiting /> : <Trouble error={error} retry={reload} />;
  return (
    <SpaceBetween size="s">
      <BreadcrumbGroup
        items={[
          { text: o.applications, href: "/applications" },
          { text: id, href: "#" },
        ]}
        onFollow={(event) => {
          event.preventDefault();
          if (event.detail.href !== "#") void navigate(event.detail.href);
        }}
      />
      <ContentLayout
        header={
          <Header
            variant="h1"
            description={
              <SpaceBetween direction="horizontal" size="xs">
                <span>{o.states[of.state]}</span>
                <Tags tags={of.tags} />
                {!isOver(of.state) && (
                  <span>
                    {o.waitsFor}: <WaitsFor waiting={of.waiting} state={of.state} />
                  </span>
                )}
              </SpaceBetween>
            }
            actions={
              <Button iconName="refresh" loading={loading} onClick={reload}>
                {o.refresh}
              </Button>
            }
          >
            {productName(o, of.product)} · {of.username}
          </Header>
        }
      >
        <SpaceBetween size="m">
          <Trouble error={error} retry={reload} />
          {of.steps.length > 0 && (
            <Container>
              <Way steps={of.steps} names={o.states} />
            </Container>
          )}
          <div className="case">
            <SpaceBetween size="m">
              <Applies of={of} />
              <Hits hits={of.hits} />
              <PlanOf of={of} />
            </SpaceBetween>
            <SpaceBetween size="m">
              <Work of={of} changed={reload} />
              <EventLog of={of} />
            </SpaceBetween>
          </div>
        </SpaceBetween>
      </ContentLayout>
    </SpaceBetween>
  );
}
