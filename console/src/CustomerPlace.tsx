import { lazy, Suspense, useEffect, useRef } from "react";
import { Navigate, Route, Routes, useLocation } from "react-router-dom";
import { useI18n } from "./i18n/context";
import { Waiting } from "./parts/Waiting";

const AccountPage = lazy(() => import("./pages/AccountPage"));
const DocumentsPage = lazy(() => import("./pages/DocumentsPage"));
const HelpPage = lazy(() => import("./pages/HelpPage"));
const JourneyPage = lazy(() => import("./pages/JourneyPage"));

/** The pages of customers. */
export default function CustomerPlace({ home }: { home: string }) {
  const { m } = useI18n();
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const shown = useRef(pathname);
  useEffect(() => {
    // A new page starts at its beginning, for the keyboard too.
    if (shown.current !== pathname) main.current?.focus({ preventScroll: true });
    shown.current = pathname;
  }, [pathname]);
  return (
    <main id="main" tabIndex={-1} ref={main} className="journey">
      <Suspense fallback={<Waiting />}>
        <Routes>
          <Route path="/" element={<Navigate to={home} replace />} />
          <Route path="/register" element={<Navigate to={home} replace />} />
          <Route path="/onboarding" element={<JourneyPage />} />
          <Route path="/account" element={<AccountPage />} />
          <Route path="/documents" element={<DocumentsPage />} />
          <Route path="/help" element={<HelpPage />} />
          <Route path="*" element={<p>{m.notFound}</p>} />
        </Routes>
      </Suspense>
    </main>
  );
}
