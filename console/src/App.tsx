import AppLayout from "@cloudscape-design/components/app-layout";
import Spinner from "@cloudscape-design/components/spinner";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import TopNavigation from "@cloudscape-design/components/top-navigation";
import { applyMode, Mode } from "@cloudscape-design/global-styles";
import { lazy, Suspense, useEffect, useState } from "react";
import { Navigate, Route, Routes, useNavigate } from "react-router-dom";
import { useI18n } from "./i18n/context";
import { useSession } from "./session";

const CallPage = lazy(() => import("./pages/CallPage"));
const CallsPage = lazy(() => import("./pages/CallsPage"));
const SignInPage = lazy(() => import("./pages/SignInPage"));
const TeamPage = lazy(() => import("./pages/TeamPage"));
const KEPT_MODE = "rapport.dark";

function useDarkMode(): [boolean, () => void] {
  const [dark, setDark] = useState(() => {
    const kept = localStorage.getItem(KEPT_MODE);
    return kept === null ? matchMedia("(prefers-color-scheme: dark)").matches : kept === "true";
  });
  useEffect(() => applyMode(dark ? Mode.Dark : Mode.Light), [dark]);
  const toggle = () => {
    localStorage.setItem(KEPT_MODE, String(!dark));
    setDark(!dark);
  };
  return [dark, toggle];
}

function LiveState() {
  const { m } = useI18n();
  const { live } = useSession();
  const [open, setOpen] = useState(live.isOpen);
  useEffect(() => {
    const stop = live.watch(setOpen);
    return () => void stop();
  }, [live]);
  return (
    <div className="live-state" role="status">
      <StatusIndicator type={open ? "success" : "in-progress"}>{open ? m.connected : m.disconnected}</StatusIndicator>
    </div>
  );
}

export function App() {
  const { m, language, setLanguage } = useI18n();
  const { user, loading, signOut } = useSession();
  const [dark, toggleDark] = useDarkMode();
  const navigate = useNavigate();
  const leads = user?.roles.some((role) => ["supervisor", "analyst", "admin"].includes(role)) ?? false;
  const home = leads ? "/team" : "/calls";

  if (loading) return <Spinner size="large" />;
  return (
    <>
      <a className="skip" href="#main">
        {m.skip}
      </a>
      <header id="top">
        <TopNavigation
          identity={{
            href: home,
            title: m.product,
            onFollow: (event) => {
              event.preventDefault();
              void navigate(home);
            },
          }}
          utilities={[
            ...(user
              ? [
                  leads
                    ? ({ type: "button", text: m.team, onClick: () => void navigate("/team") } as const)
                    : ({ type: "button", text: m.calls, onClick: () => void navigate("/calls") } as const),
                ]
              : []),
            {
              type: "button",
              text: m.language,
              ariaLabel: m.language,
              onClick: () => setLanguage(language === "en" ? "ja" : "en"),
            },
            { type: "button", text: dark ? m.lightMode : m.darkMode, onClick: toggleDark },
            ...(user
              ? [
                  {
                    type: "menu-dropdown" as const,
                    text: user.username,
                    iconName: "user-profile" as const,
                    items: [
                      { id: "docs", text: m.apiDocs, href: "/api/docs", external: true },
                      { id: "out", text: m.signOut },
                    ],
                    onItemClick: ({ detail }: { detail: { id: string } }) => {
                      if (detail.id === "out") void signOut();
                    },
                  },
                ]
              : []),
          ]}
        />
      </header>
      {user ? (
        <AppLayout
          headerSelector="#top"
          navigationHide
          toolsHide
          content={
            <div id="main" tabIndex={-1}>
              <LiveState />
              <Suspense fallback={<Spinner size="large" />}>
                <Routes>
                  <Route path="/" element={<Navigate to={home} replace />} />
                  <Route path="/calls" element={<CallsPage />} />
                  <Route path="/calls/:contactId" element={<CallPage />} />
                  <Route path="/team" element={leads ? <TeamPage /> : <Navigate to="/calls" replace />} />
                  <Route path="*" element={<p>{m.notFound}</p>} />
                </Routes>
              </Suspense>
            </div>
          }
        />
      ) : (
        <main id="main" tabIndex={-1}>
          <Suspense fallback={<Spinner size="large" />}>
            <SignInPage />
          </Suspense>
        </main>
      )}
    </>
  );
}
