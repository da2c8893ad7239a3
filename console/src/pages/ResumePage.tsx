import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useNavigate } from "react-router-dom";
import { byLink, onboarding, type ApplicationView } from "../api/onboarding";
import { useI18n } from "../i18n/context";
import { hasEnded } from "../onboarding/pace";
import { held, hold, letGo, takeToken, type Held } from "../onboarding/session";
import { Wizard } from "../onboarding/Wizard";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { useTitle } from "../parts/useTitle";

type Standing =
  | { kind: "looking" }
  | { kind: "used" }
  | { kind: "ended" }
  | { kind: "failed"; error: unknown; again: () => void }
  | { kind: "in"; held: Held; view: ApplicationView };

/** Where a resume link leads: its token becomes a session, with which one goes on without signing in. */
export default function ResumePage() {
  const { m, moment } = useI18n();
  const o = m.onboarding;
  useTitle(o.resumeTitle);
  const [standing, setStanding] = useState<Standing>(() =>
    location.hash !== "" || held(Date.now()) ? { kind: "looking" } : { kind: "ended" },
  );
  const ended = useCallback(() => {
    letGo();
    setStanding({ kind: "ended" });
  }, []);
  useEffect(() => {
    const exchange = async (token: string) => {
      try {
        const { application: view, ...made } = await onboarding.resume(token);
        hold(made);
        setStanding({ kind: "in", held: made, view });
      } catch (error) {
        // A link that did not reach the service was not used up.
        if (hasEnded(error)) setStanding({ kind: "used" });
        else setStanding({ kind: "failed", error, again: () => void exchange(token) });
      }
    };
    const goOn = async (kept: Held) => {
      try {
        setStanding({ kind: "in", held: kept, view: await byLink(kept.session).status() });
      } catch (error) {
        if (hasEnded(error)) ended();
        else setStanding({ kind: "failed", error, again: () => void goOn(kept) });
      }
    };
    const arrive = () => {
      const token = takeToken();
      if (token) void exchange(token);
      return token !== null;
    };
    if (!arrive()) {
      const kept = held(Date.now());
      if (kept) void goOn(kept);
    }
    window.addEventListener("hashchange", arrive);
    return () => window.removeEventListener("hashchange", arrive);
  }, [ended]);
  switch (standing.kind) {
    case "looking":
      return <Waiting />;
    case "failed":
      return <Trouble error={standing.error} retry={standing.again} />;
    case "used":
      return <SignInInstead title={o.resumeFailed} about={o.resumeFailedAbout} />;
    case "ended":
      return <SignInInstead title={o.resumeEnded} about={o.resumeEndedAbout} />;
    case "in":
      return (
        <SpaceBetween size="m">
          <ByLink key={standing.held.session} held={standing.held} view={standing.view} ended={ended} />
          <Box variant="small" color="text-body-secondary">
            {o.until} {moment(standing.held.expires_at)}
          </Box>
        </SpaceBetween>
      );
  }
}

function ByLink({ held: { session }, view, ended }: { held: Held; view: ApplicationView; ended: () => void }) {
  const journey = useMemo(() => byLink(session), [session]);
  return <Wizard first={view} journey={journey} startNew={null} ended={ended} />;
}

function SignInInstead({ title, about }: { title: string; about: string }) {
  const { m } = useI18n();
  const navigate = useNavigate();
  return (
    <Container header={<Header variant="h1">{title}</Header>}>
      <SpaceBetween size="m">
        <div>{about}</div>
        <Button variant="primary" onClick={() => void navigate("/onboarding")}>
          {m.onboarding.signIn}
        </Button>
      </SpaceBetween>
    </Container>
  );
}
