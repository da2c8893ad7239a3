import TopNavigation, { type TopNavigationProps } from "@cloudscape-design/components/top-navigation";
import { lazy, Suspense } from "react";
import { Route, Routes, useLocation, useNavigate } from "react-router-dom";
import { useAppearance, type Appearance } from "./appearance";
import { useI18n } from "./i18n/context";
import { Waiting } from "./parts/Waiting";
import { framed, PATH as ASSIST } from "./assist/genesys";
import { useSession } from "./session";

const HelpPage = lazy(() => import("./pages/HelpPage"));
const CustomerPlace = lazy(() => import("./CustomerPlace"));
const AccountPage = lazy(() => import("./pages/AccountPage"));
const RegisterPage = lazy(() => import("./pages/RegisterPage"));
const ResumePage = lazy(() => import("./pages/ResumePage"));
const SignInPage = lazy(() => import("./pages/SignInPage"));
const Workplace = lazy(() => import("./Workplace"));

// A resume link works for who is signed in, as somebody else perhaps, and for who is not.
const RESUME = "/onboarding/resume";
const APPEARANCES: Appearance[] = ["system", "light", "dark"];

export function App() {
  const { m } = useI18n();
  const { user, loading, isAgent, isLead, isCustomer } = useSession();
  const { pathname } = useLocation();
  const home = isLead ? "/team" : isAgent ? "/calls" : isCustomer ? "/onboarding" : "/";

  if (loading) return <Waiting />;
  return (
    <>
      <a className="skip" href="#main">
        {m.skip}
      </a>
      {/* A widget in somebody else's page has no room for a bar of its own. */}
      {pathname === ASSIST && framed() ? <header id="top" /> : <TopBar home={home} />}
      {pathname === RESUME ? (
        <main id="main" tabIndex={-1} className="journey">
          <Suspense fallback={<Waiting />}>
            <ResumePage />
          </Suspense>
        </main>
      ) : user && (isAgent || isLead) ? (
        <Suspense fallback={<Waiting />}>
          <Workplace key={user.username} home={home} />
        </Suspense>
      ) : user && isCustomer ? (
        <Suspense fallback={<Waiting />}>
          <CustomerPlace key={user.username} home={home} />
        </Suspense>
      ) : (
        <main id="main" tabIndex={-1}>
          <Suspense fallback={<Waiting />}>
            {user ? (
              <div className="column">
                <Routes>
                  <Route path="/account" element={<AccountPage />} />
                  <Route path="*" element={<HelpPage />} />
                </Routes>
              </div>
            ) : (
              <Routes>
                <Route path="/register" element={<RegisterPage />} />
                <Route path="*" element={<SignInPage />} />
              </Routes>
            )}
          </Suspense>
        </main>
      )}
    </>
  );
}

function TopBar({ home }: { home: string }) {
  const { m, language, setLanguage } = useI18n();
  const { user, isAdmin, isAgent, isAnalyst, isCustomer, isLead, isManager, signOut } = useSession();
  const [appearance, setAppearance] = useAppearance();
  const navigate = useNavigate();
  const follow = (path: string): Pick<TopNavigationProps.ButtonUtility, "href" | "onClick"> => ({
    href: path,
    onClick: (event) => {
      event.preventDefault();
      void navigate(path);
    },
  });
  const utilities: TopNavigationProps.Utility[] = [
    ...(isAgent ? [{ type: "button" as const, text: m.calls, ...follow("/calls") }] : []),
    ...(isLead ? [{ type: "button" as const, text: m.team, ...follow("/team") }] : []),
    ...(isAgent || isLead ? [{ type: "button" as const, text: m.customers, ...follow("/customers") }] : []),
    ...(isAgent || isLead ? [{ type: "button" as const, text: m.callers.title, ...follow("/callers") }] : []),
    ...(isAgent || isLead ? [{ type: "button" as const, text: m.assist.title, ...follow(ASSIST) }] : []),
    ...(isLead ? [{ type: "button" as const, text: m.cases.title, ...follow("/cases") }] : []),
    ...(isLead ? [{ type: "button" as const, text: m.onboarding.applications, ...follow("/applications") }] : []),
    ...(isLead ? [{ type: "button" as const, text: m.models, ...follow("/models") }] : []),
    ...(isAnalyst ? [{ type: "button" as const, text: m.batch.title, ...follow("/batches") }] : []),
    ...(isLead ? [{ type: "button" as const, text: m.analytics, ...follow("/analytics") }] : []),
    ...(isLead ? [{ type: "button" as const, text: m.trends.title, ...follow("/trends") }] : []),
    ...(isLead ? [{ type: "button" as const, text: m.insight.segments, ...follow("/segments") }] : []),
    ...(isLead ? [{ type: "button" as const, text: m.insight.features, ...follow("/features") }] : []),
    ...(isLead ? [{ type: "button" as const, text: m.realtime.title, ...follow("/processors") }] : []),
    ...(isManager ? [{ type: "button" as const, text: m.aiUsage, ...follow("/ai") }] : []),
    ...(user ? [{ type: "button" as const, text: m.help, ...follow("/help") }] : []),
    ...(isCustomer
      ? [
          { type: "button" as const, text: m.onboarding.applyLink, ...follow("/onboarding") },
          { type: "button" as const, text: m.onboarding.myDocuments, ...follow("/documents") },
        ]
      : []),
    ...(isAdmin ? [{ type: "button" as const, text: m.account.admin, ...follow("/admin") }] : []),
    // The other language names itself, so that who cannot read this one finds it.
    { type: "button", text: m.language, onClick: () => setLanguage(language === "en" ? "ja" : "en") },
    {
      type: "menu-dropdown",
      text: m.appearance,
      items: APPEARANCES.map((id) => ({ id, text: m[id], itemType: "checkbox", checked: id === appearance })),
      onItemClick: ({ detail }) => setAppearance(detail.id as Appearance),
    },
    ...(user
      ? [
          {
            type: "menu-dropdown" as const,
            text: user.username,
            iconName: "user-profile" as const,
            items: [
              { id: "account", text: m.account.title },
              { id: "docs", text: m.apiDocs, href: "/api/docs", external: true },
              { id: "out", text: m.signOut },
            ],
            onItemClick: ({ detail }: { detail: { id: string } }) => {
              if (detail.id === "account") void navigate("/account");
              if (detail.id === "out") void signOut();
            },
          },
        ]
      : []),
  ];
  return (
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
        utilities={utilities}
      />
    </header>
  );
}
