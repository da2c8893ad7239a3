import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useState } from "react";
import { useNavigate, useParams } from "react-router-dom";
import { cases } from "../api/cases";
import { Assign } from "../cases/Assign";
import { Closed } from "../cases/Closed";
import { CustomerInShort, Similar } from "../cases/Context";
import { Decide, Second } from "../cases/Decide";
import { Due } from "../cases/Due";
import { Evidence } from "../cases/Evidence";
import { Record } from "../cases/Record";
import type { CaseDetail } from "../api/types";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { money } from "../parts/figures";
import { useRead } from "../parts/useRead";
import { useTitle } from "../parts/useTitle";
import { useSession } from "../session";

/** One case: what happened, what is known, what was done, and what to do. */
export default function CasePage() {
  const { caseId = "" } = useParams();
  return <OneCase key={caseId} caseId={caseId} />;
}

function OneCase({ caseId }: { caseId: string }) {
  const { m, language } = useI18n();
  const navigate = useNavigate();
  const { value, error, loading, reload } = useRead(useCallback(() => cases.get(caseId), [caseId]));
  const [now] = useState(() => Date.now());
  useTitle(m.cases.one);
  if (!value) return error === null ? <Waiting /> : <Trouble error={error} retry={reload} />;
  const { case: of } = value;
  const title = `${of.transaction.merchant} · ${money(of.transaction.amount, of.transaction.currency, language)}`;
  return (
    <SpaceBetween size="s">
      <BreadcrumbGroup
        items={[
          { text: m.cases.title, href: "/cases" },
          { text: of.subject.id, href: "#" },
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
              <>
                {m.cases.tabs[of.state]} · {of.assignee ?? m.cases.nobody} · {m.cases.due} <Due of={of} now={now} />
              </>
            }
            actions={
              <Button iconName="refresh" loading={loading} onClick={reload}>
                {m.cases.refresh}
              </Button>
            }
          >
            {title}
          </Header>
        }
      >
        <SpaceBetween size="m">
          <Trouble error={error} retry={reload} />
          <div className="case">
            <SpaceBetween size="m">
              <Evidence detail={value} />
              <Similar similar={value.similar} />
            </SpaceBetween>
            <SpaceBetween size="m">
              <Work detail={value} changed={reload} />
              <CustomerInShort detail={value} />
              <Record detail={value} changed={reload} />
            </SpaceBetween>
          </div>
        </SpaceBetween>
      </ContentLayout>
    </SpaceBetween>
  );
}

/** What is to be done in the state in which the case is. */
function Work({ detail, changed }: { detail: CaseDetail; changed: () => void }) {
  const { m } = useI18n();
  const { user } = useSession();
  const { case: of } = detail;
  const me = user?.username ?? "";
  const mine = of.assignee === null || of.assignee === undefined || of.assignee === me;
  const busy = of.state === "open" || of.state === "assigned";
  return (
    <Container header={<Header variant="h2">{m.cases.decision}</Header>}>
      <SpaceBetween size="l">
        {busy && (mine ? <Decide detail={detail} changed={changed} /> : <p>{m.cases.withOther}</p>)}
        {of.state === "awaiting_second" && <Second detail={detail} username={me} changed={changed} />}
        {of.state === "closed" && <Closed of={of} changed={changed} />}
        {busy && <Assign key={of.version} of={of} username={me} changed={changed} />}
      </SpaceBetween>
    </Container>
  );
}
