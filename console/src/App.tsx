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

interface Place {
  text: string;
  path: string;
}
const FEW_PLACES = 6;

function TopBar({ home }: { home: string }) {
  const { m, language, setLanguage } = useI18n();
  const { user, isAdmin, isAgent, isAnalyst, isCustomer, isLead, isManager, signOut } = useSession();
  const [appearance, setAppearance] = useAppearance();
  const navigate = useNavigate();
  const go = (event: CustomEvent<{ href?: string }>, path: string) => {
    event.preventDefault();
    void navigate(path);
  };
  const button = ({ text, path }: Place): TopNavigationProps.ButtonUtility => ({
    type: "button",
    text,
    href: path,
    onClick: (event) => go(event, path),
  });
  const menu = (text: string, places: Place[]): TopNavigationProps.Utility => ({
    type: "menu-dropdown",
    text,
    items: places.map((place) => ({ id: place.path, text: place.text, href: place.path })),
    onItemFollow: (event) => go(event, event.detail.href ?? home),
  });
  const groups: [string, Place[]][] = [
    [
      m.calls,
      [
        ...(isAgent ? [{ text: m.calls, path: "/calls" }] : []),
        ...(isLead ? [{ text: m.team, path: "/team" }] : []),
        ...(isAgent || isLead ? [{ text: m.callers.title, path: "/callers" }, { text: m.assist.title, path: ASSIST }] : []),
      ],
    ],
    [m.customers, isAgent || isLead ? [{ text: m.customers, path: "/customers" }] : []],
    [m.cases.title, isLead ? [{ text: m.cases.title, path: "/cases" }] : []],
    [m.onboarding.applications, isLead ? [{ text: m.onboarding.applications, path: "/applications" }] : []],
    [
      m.analytics,
      isLead
        ? [
            { text: m.analytics, path: "/analytics" },
            { text: m.trends.title, path: "/trends" },
            { text: m.insight.segments, path: "/segments" },
            { text: m.profile.statistics, path: "/recommendations" },
          ]
        : [],
    ],
    [
      m.models,
      [
        ...(isLead ? [{ text: m.models, path: "/models" }, { text: m.insight.features, path: "/features" }] : []),
        ...(isAnalyst ? [{ text: m.batch.title, path: "/batches" }] : []),
        ...(isLead ? [{ text: m.realtime.title, path: "/processors" }] : []),
        ...(isManager ? [{ text: m.aiUsage, path: "/ai" }] : []),
      ],
    ],
    [m.help, user ? [{ text: m.help, path: "/help" }] : []],
    [
      m.onboarding.applyLink,
      isCustomer
        ? [
            { text: m.onboarding.applyLink, path: "/onboarding" },
            { text: m.onboarding.myDocuments, path: "/documents" },
          ]
        : [],
    ],
    [m.account.admin, isAdmin ? [{ text: m.account.admin, path: "/admin" }] : []],
  ];
  // Who has few places sees them all; who has many finds them by what they are about.
  const few = groups.flatMap(([, places]) => places).length <= FEW_PLACES;
  const utilities: TopNavigationProps.Utility[] = [
    ...groups.flatMap(([text, places]) => (few || places.length < 2 ? places.map(button) : [menu(text, places)])),
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
