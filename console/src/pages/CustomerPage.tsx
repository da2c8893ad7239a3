import Badge from "@cloudscape-design/components/badge";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback } from "react";
import { useNavigate, useParams } from "react-router-dom";
import { customers } from "../api/customers";
import { CallsOfCustomer } from "../customers/CallsOfCustomer";
import { RecordPanel } from "../customers/RecordPanel";
import { SpendingPanel } from "../customers/SpendingPanel";
import { Transactions } from "../customers/Transactions";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { useRead } from "../parts/useRead";
import { useTitle } from "../parts/useTitle";

/** One customer: the record, what was spent, and the calls. */
export default function CustomerPage() {
  const { customerId = "" } = useParams();
  return <OneCustomer key={customerId} customerId={customerId} />;
}

function OneCustomer({ customerId }: { customerId: string }) {
  const { m } = useI18n();
  const navigate = useNavigate();
  const { value, error, reload } = useRead(useCallback(() => customers.overview(customerId), [customerId]));
  useTitle(value?.customer.name ?? m.customer);
  if (!value) return error === null ? <Waiting /> : <Trouble error={error} retry={reload} />;
  const { customer } = value;
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
          >
            {customer.name}
          </Header>
        }
      >
        <div className="customer">
          <SpaceBetween size="m">
            <RecordPanel customer={customer} />
            <CallsOfCustomer calls={value.calls} />
          </SpaceBetween>
          <SpaceBetween size="m">
            <SpendingPanel overview={value} />
            <Transactions customerId={customerId} />
          </SpaceBetween>
        </div>
      </ContentLayout>
    </SpaceBetween>
  );
}
