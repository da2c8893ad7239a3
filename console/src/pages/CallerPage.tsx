import Box from "@cloudscape-design/components/box";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useCallback, useState } from "react";
import { useNavigate, useParams } from "react-router-dom";
import { callers } from "../api/callers";
import type { CallerProfile } from "../api/types";
import { FactsPanel } from "../callers/FactsPanel";
import { ListButtons } from "../callers/ListButtons";
import { SpamPanel } from "../callers/SpamPanel";
import { short } from "../callers/words";
import { useI18n } from "../i18n/context";
import { PageLink } from "../parts/PageLink";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { useRead } from "../parts/useRead";
import { useTitle } from "../parts/useTitle";
import { useSession } from "../session";

/** One number: what is known, what to think of it, and with whom it has something in common. */
export default function CallerPage() {
  const { caller = "" } = useParams();
  return <OneCaller key={caller} caller={caller} />;
}

function OneCaller({ caller }: { caller: string }) {
  const { m } = useI18n();
  const { isLead } = useSession();
  const navigate = useNavigate();
  const { value, error, reload } = useRead(useCallback(() => callers.profile(caller), [caller]));
  const [problem, setProblem] = useState<unknown>(null);
  const title = value ? name(value, caller, m.callers.ending) : caller;
  useTitle(title);
  return (
    <SpaceBetween size="s">
      <BreadcrumbGroup
        items={[
          { text: m.callers.title, href: "/callers" },
          { text: title, href: "#" },
        ]}
        onFollow={(event) => {
          event.preventDefault();
          if (event.detail.href !== "#") void navigate(event.detail.href);
        }}
      />
      {!value && error !== null && <Header variant="h1">{title}</Header>}
      <Trouble error={error ?? problem} retry={reload} />
      {!value && error === null && <Waiting />}
      {value && (
        <ContentLayout
          header={
            <Header
              variant="h1"
              actions={isLead && <ListButtons of={value} changed={reload} onError={setProblem} />}
            >
              {title}
            </Header>
          }
        >
          <SpaceBetween size="m">
            <SpamPanel of={value} />
            <FactsPanel of={value} />
            <RelatedNumbers of={value} />
          </SpaceBetween>
        </ContentLayout>
      )}
    </SpaceBetween>
  );
}

/** The number as it was asked for; of a token, what may be shown. */
function name(of: CallerProfile, asked: string, ending: string): string {
  if (asked !== of.caller) return asked;
  return of.ending ? `${ending} ${of.ending}` : short(of.caller);
}

function RelatedNumbers({ of }: { of: CallerProfile }) {
  const { m, moment } = useI18n();
  return (
    <Table
      items={of.related}
      trackBy="caller"
      wrapLines
      ariaLabels={{ tableLabel: m.callers.related }}
      header={<Header counter={`(${of.related.length})`}>{m.callers.related}</Header>}
      empty={<Box textAlign="center">{m.callers.noRelated}</Box>}
      columnDefinitions={[
        {
          id: "number",
          header: m.callers.number,
          isRowHeader: true,
          cell: ({ caller }) => <PageLink to={`/callers/${caller}`}>{short(caller)}</PageLink>,
        },
        {
          id: "shares",
          minWidth: 150,
          header: m.callers.shares,
          cell: ({ evidence }) => evidence.map((kind) => m.callers.evidence[kind]).join(" · "),
        },
        { id: "last", header: m.callers.last, minWidth: 110, cell: ({ last_at }) => moment(last_at) },
      ]}
    />
  );
}
