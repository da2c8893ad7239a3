import Badge from "@cloudscape-design/components/badge";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs, { type TabsProps } from "@cloudscape-design/components/tabs";
import { useCallback } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router-dom";
import { customers } from "../api/customers";
import type { Overview } from "../api/types";
import { CallsOfCustomer } from "../customers/CallsOfCustomer";
import { FeaturesTab } from "../customers/FeaturesTab";
import { LatelyPanel } from "../customers/LatelyPanel";
import { RecordPanel } from "../customers/RecordPanel";
import { ScoresTab } from "../customers/ScoresTab";
import { SpendingPanel } from "../customers/SpendingPanel";
import { Transactions } from "../customers/Transactions";
import { mainCurrency } from "../customers/spending";
import { useI18n } from "../i18n/context";
import { PageLink } from "../parts/PageLink";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { useRead } from "../parts/useRead";
import { useTitle } from "../parts/useTitle";

/** One customer: the record, what was spent, the calls, what the models say and what they see. */
export default function CustomerPage() {
  const { customerId = "" } = useParams();
  return <OneCustomer key={customerId} customerId={customerId} />;
}

function OneCustomer({ customerId }: { customerId: string }) {
  const { m } = useI18n();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const { value, error, reload } = useRead(useCallback(() => customers.overview(customerId), [customerId]));
  useTitle(value?.customer.name ?? m.customer);
  if (!value) return error === null ? <Waiting /> : <Trouble error={error} retry={reload} />;
  const { customer } = value;
  const currency = mainCurrency(value.totals);
  const tabs: TabsProps.Tab[] = [
    { id: "overview", label: m.insight.overview, content: <OverviewTab overview={value} /> },
    { id: "scores", label: m.insight.scores, content: <ScoresTab customerId={customerId} currency={currency} /> },
    { id: "features", label: m.insight.features, content: <FeaturesTab customerId={customerId} /> },
  ];
  return (
    <SpaceBetween size="s">
      <BreadcrumbGroup
        items={[
          { text: m.customers, href: "/customers" },
          { text: customer.name, href: "#" },
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
            info={customer.vip ? <Badge color="blue">{m.vip}</Badge> : undefined}
            description={`${m.customerId} ${customer.customer_id}`}
            actions={
              <PageLink to={`/profiles/${encodeURIComponent(customer.customer_id)}`}>{m.profile.openProfile}</PageLink>
            }
          >
            {customer.name}
          </Header>
        }
      >
        <Tabs
          ariaLabel={customer.name}
          tabs={tabs}
          activeTabId={tabs.find(({ id }) => id === search.get("tab"))?.id ?? "overview"}
          onChange={({ detail }) => setSearch({ tab: detail.activeTabId }, { replace: true })}
        />
      </ContentLayout>
    </SpaceBetween>
  );
}

function OverviewTab({ overview }: { overview: Overview }) {
  const { customer_id } = overview.customer;
  return (
    <div className="customer">
      <SpaceBetween size="m">
        <LatelyPanel customerId={customer_id} />
        <RecordPanel customer={overview.customer} />
        <CallsOfCustomer calls={overview.calls} />
      </SpaceBetween>
      <SpaceBetween size="m">
        <SpendingPanel overview={overview} />
        <Transactions customerId={customer_id} />
      </SpaceBetween>
    </div>
  );
}
