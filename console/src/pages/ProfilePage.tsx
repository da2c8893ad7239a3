import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useState } from "react";
import { useNavigate, useParams } from "react-router-dom";
import { customers } from "../api/customers";
import { profiles } from "../api/profiles";
import { useI18n } from "../i18n/context";
import { useRead } from "../parts/useRead";
import { useTitle } from "../parts/useTitle";
import { Anomalies } from "../profiles/Anomalies";
import { Preferences } from "../profiles/Preferences";
import { RecommendationsPanel } from "../profiles/RecommendationsPanel";
import { Timeline } from "../profiles/Timeline";
import { Week } from "../profiles/Week";

/** What is normal for a customer, what was unusual, what happened, and what to do. */
export default function ProfilePage() {
  const { userId = "" } = useParams();
  return <OneProfile key={userId} userId={userId} />;
}

function OneProfile({ userId }: { userId: string }) {
  const { m } = useI18n();
  const navigate = useNavigate();
  const [answers, setAnswers] = useState(0);
  const customer = useRead(useCallback(() => customers.get(userId), [userId]));
  const profile = useRead(useCallback(() => profiles.get(userId), [userId]));
  const patterns = useRead(useCallback(() => profiles.patterns(userId), [userId]));
  const name = customer.value?.name ?? userId;
  useTitle(`${m.profile.title} · ${name}`);
  return (
    <SpaceBetween size="s">
      <BreadcrumbGroup
        items={[
          { text: m.customers, href: "/customers" },
          { text: name, href: `/customers/${encodeURIComponent(userId)}` },
          { text: m.profile.title, href: "#" },
        ]}
        onFollow={(event) => {
          event.preventDefault();
          if (event.detail.href !== "#") void navigate(event.detail.href);
        }}
      />
      <ContentLayout
        header={
          <Header variant="h1" description={`${m.customerId} ${userId}`}>
            {m.profile.profileOf} {name}
          </Header>
        }
      >
        <div className="halves wide">
          <SpaceBetween size="m">
            <RecommendationsPanel userId={userId} changed={() => setAnswers((count) => count + 1)} />
            <Timeline key={answers} userId={userId} />
          </SpaceBetween>
          <SpaceBetween size="m">
            <Preferences reading={profile} />
            <Week reading={patterns} />
            <Anomalies userId={userId} />
          </SpaceBetween>
        </div>
      </ContentLayout>
    </SpaceBetween>
  );
}
