import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import Tabs from "@cloudscape-design/components/tabs";
import { useSearchParams } from "react-router-dom";
import { AuditTab } from "../admin/AuditTab";
import { LogsTab } from "../admin/LogsTab";
import { OperationTab } from "../admin/OperationTab";
import { OverviewTab } from "../admin/OverviewTab";
import { UsersTab } from "../admin/UsersTab";
import { useI18n } from "../i18n/context";
import { useTitle } from "../parts/useTitle";

const TABS = {
  overview: <OverviewTab />,
  users: <UsersTab />,
  audit: <AuditTab />,
  logs: <LogsTab />,
  operation: <OperationTab />,
};
const NAMES = ["overview", "users", "audit", "logs", "operation"] as const;

/** Administration: users and rights, what was done, what was logged, how it runs. */
export default function AdminPage() {
  const { m } = useI18n();
  const [search, setSearch] = useSearchParams();
  const tab = NAMES.find((name) => name === search.get("tab")) ?? "overview";
  useTitle(m.account.admin);
  return (
    <ContentLayout header={<Header variant="h1">{m.account.admin}</Header>}>
      <Tabs
        ariaLabel={m.account.admin}
        activeTabId={tab}
        onChange={({ detail }) => setSearch({ tab: detail.activeTabId }, { replace: true })}
        tabs={NAMES.map((id) => ({ id, label: m.account[id], content: id === tab && TABS[id] }))}
      />
    </ContentLayout>
  );
}
