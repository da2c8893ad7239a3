import "@cloudscape-design/global-styles/index.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router-dom";
import { App } from "./App";
import { handOver } from "./assist/genesys";
import { LanguageProvider } from "./i18n/context";
import { Fence } from "./parts/Fence";
import { SessionProvider } from "./session";
import "./style.css";

const RELOADED = "rapport.reloaded";

// After a deployment the parts of the old version are gone: a page that asks for one starts anew.
window.addEventListener("vite:preloadError", () => {
  // Not again and again, should the part be missing for good.
  if (Date.now() - Number(sessionStorage.getItem(RELOADED) ?? 0) < 60_000) return;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.reload();
});

const root = document.getElementById("root");
if (root && !handOver(location, window.opener as Window | null)) {
  createRoot(root).render(
    <StrictMode>
      <LanguageProvider>
        <Fence>
          <BrowserRouter>
            <SessionProvider>
              <App />
            </SessionProvider>
          </BrowserRouter>
        </Fence>
      </LanguageProvider>
    </StrictMode>,
  );
}
