import AppLayout from "@cloudscape-design/components/app-layout";
import Button from "@cloudscape-design/components/button";
import Flashbar, { type FlashbarProps } from "@cloudscape-design/components/flashbar";
import { lazy, Suspense, useEffect, useRef } from "react";
import { Navigate, Route, Routes, useLocation, useNavigate } from "react-router-dom";
import { useI18n } from "./i18n/context";
import { DeskProvider, useDesk } from "./live/desk";
import { Waiting } from "./parts/Waiting";
import { useSession } from "./session";

const AiPage = lazy(() => import("./pages/AiPage"));
const AccountPage = lazy(() => import("./pages/AccountPage"));
const AdminPage = lazy(() => import("./pages/AdminPage"));
const AnalyticsPage = lazy(() => import("./pages/AnalyticsPage"));
const AssistPage = lazy(() => import("./pages/AssistPage"));
const BatchesPage = lazy(() => import("./pages/BatchesPage"));
const BatchPage = lazy(() => import("./pages/BatchPage"));
const ApplicationPage = lazy(() => import("./pages/ApplicationPage"));
const ApplicationsPage = lazy(() => import("./pages/ApplicationsPage"));
const CallerPage = lazy(() => import("./pages/CallerPage"));
const CallersPage = lazy(() => import("./pages/CallersPage"));
const CampaignPage = lazy(() => import("./pages/CampaignPage"));
const CallPage = lazy(() => import("./pages/CallPage"));
const CallsPage = lazy(() => import("./pages/CallsPage"));
const CasePage = lazy(() => import("./pages/CasePage"));
const CasesPage = lazy(() => import("./pages/CasesPage"));
const CustomerPage = lazy(() => import("./pages/CustomerPage"));
const CustomersPage = lazy(() => import("./pages/CustomersPage"));
const DocumentsPage = lazy(() => import("./pages/DocumentsPage"));
const FeaturesPage = lazy(() => import("./pages/FeaturesPage"));
const HelpPage = lazy(() => import("./pages/HelpPage"));
const ModelPage = lazy(() => import("./pages/ModelPage"));
const ModelsPage = lazy(() => import("./pages/ModelsPage"));
const ProfilePage = lazy(() => import("./pages/ProfilePage"));
const RecommendationsPage = lazy(() => import("./pages/RecommendationsPage"));
const ProcessorsPage = lazy(() => import("./pages/ProcessorsPage"));
const SegmentsPage = lazy(() => import("./pages/SegmentsPage"));
const TeamPage = lazy(() => import("./pages/TeamPage"));
const TrendsPage = lazy(() => import("./pages/TrendsPage"));
const UserPage = lazy(() => import("./pages/UserPage"));
const callPath = (contactId: string) => `/calls/${encodeURIComponent(contactId)}`;

/** The pages of those who work here, with what they follow on every page. */
export default function Workplace({ home }: { home: string }) {
  return (
    <DeskProvider>
      <Pages home={home} />
    </DeskProvider>
  );
}

function Pages({ home }: { home: string }) {
  const { m } = useI18n();
  const { isAdmin, isAgent, isAnalyst, isLead, isManager } = useSession();
  const { pathname } = useLocation();
  const main = useRef<HTMLDivElement>(null);
  const shown = useRef(pathname);
  useEffect(() => {
    // A new page starts at its beginning, for the keyboard too.
    if (shown.current !== pathname) main.current?.focus({ preventScroll: true });
    shown.current = pathname;
  }, [pathname]);
  return (
    <AppLayout
      headerSelector="#top"
      navigationHide
      toolsHide
      maxContentWidth={1720}
      ariaLabels={{ notifications: m.notifications }}
      notifications={<News />}
      content={
        <div id="main" tabIndex={-1} ref={main}>
          <Suspense fallback={<Waiting />}>
            <Routes>
              <Route path="/" element={<Navigate to={home} replace />} />
              <Route path="/register" element={<Navigate to={home} replace />} />
              <Route path="/calls" element={isAgent ? <CallsPage /> : <Navigate to={home} replace />} />
              <Route path="/calls/:contactId" element={<CallPage />} />
              <Route path="/team" element={isLead ? <TeamPage /> : <Navigate to={home} replace />} />
              <Route path="/customers" element={<CustomersPage />} />
              <Route path="/customers/:customerId" element={<CustomerPage />} />
              <Route path="/profiles/:userId" element={<ProfilePage />} />
              <Route
                path="/recommendations"
                element={isLead ? <RecommendationsPage /> : <Navigate to={home} replace />}
              />
              <Route path="/callers" element={<CallersPage />} />
              <Route path="/callers/campaigns/:campaignId" element={<CampaignPage />} />
              <Route path="/callers/:caller" element={<CallerPage />} />
              <Route path="/assist" element={<AssistPage />} />
              <Route path="/cases" element={isLead ? <CasesPage /> : <Navigate to={home} replace />} />
              <Route path="/cases/:caseId" element={isLead ? <CasePage /> : <Navigate to={home} replace />} />
              <Route path="/applications" element={isLead ? <ApplicationsPage /> : <Navigate to={home} replace />} />
              <Route
                path="/applications/:applicationId"
                element={isLead ? <ApplicationPage /> : <Navigate to={home} replace />}
              />
              <Route path="/documents" element={isLead ? <DocumentsPage /> : <Navigate to={home} replace />} />
              <Route path="/models" element={isLead ? <ModelsPage /> : <Navigate to={home} replace />} />
              <Route path="/models/:name" element={isLead ? <ModelPage /> : <Navigate to={home} replace />} />
              <Route path="/batches" element={isAnalyst ? <BatchesPage /> : <Navigate to={home} replace />} />
              <Route path="/batches/:batchId" element={isAnalyst ? <BatchPage /> : <Navigate to={home} replace />} />
              <Route path="/analytics" element={isLead ? <AnalyticsPage /> : <Navigate to={home} replace />} />
              <Route path="/trends" element={isLead ? <TrendsPage /> : <Navigate to={home} replace />} />
              <Route path="/segments" element={isLead ? <SegmentsPage /> : <Navigate to={home} replace />} />
              <Route path="/processors" element={isLead ? <ProcessorsPage /> : <Navigate to={home} replace />} />
              <Route path="/features" element={<FeaturesPage />} />
              <Route path="/ai" element={isManager ? <AiPage /> : <Navigate to={home} replace />} />
              <Route path="/help" element={<HelpPage />} />
              <Route path="/account" element={<AccountPage />} />
              <Route path="/admin" element={isAdmin ? <AdminPage /> : <Navigate to={home} replace />} />
              <Route path="/admin/users/:username" element={isAdmin ? <UserPage /> : <Navigate to={home} replace />} />
              <Route path="*" element={<p>{m.notFound}</p>} />
            </Routes>
          </Suspense>
        </div>
      }
    />
  );
}

/** Calls that have just arrived and calls that need a supervisor, on every page. */
function News() {
  const { m } = useI18n();
  const { incoming, putAway, alerts, dismiss } = useDesk();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const items: FlashbarProps.MessageDefinition[] = [
    ...incoming.map((call) => ({
      id: call.contact_id,
      path: callPath(call.contact_id),
      type: "info" as const,
      header: m.incoming,
      content: call.customer_name ?? call.phone ?? m.unknownCustomer,
      onDismiss: () => putAway(call.contact_id),
    })),
    ...alerts.map((alert) => ({
      id: `${alert.call.contact_id} ${alert.code}`,
      path: callPath(alert.call.contact_id),
      type: alert.code === "escalated" ? ("error" as const) : ("warning" as const),
      header: `${alert.call.agent_id ?? m.unassigned} · ${alert.call.customer_name ?? m.unknownCustomer}`,
      content: alert.code === "escalated" ? m.asksForHelp : m.becameHigh,
      onDismiss: () => dismiss(alert),
    })),
  ]
    .filter(({ path }) => path !== pathname)
    .map(({ path, ...item }) => ({
      ...item,
      ariaRole: "status",
      dismissible: true,
      dismissLabel: m.close,
      action: (
        <Button
          onClick={() => {
            item.onDismiss();
            void navigate(path);
          }}
        >
          {m.open}
        </Button>
      ),
    }));
  return <Flashbar items={items} stackItems />;
}
