import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useEffect, useRef, useState, type ReactNode } from "react";
import type { ApplicationView, Journey } from "../api/onboarding";
import { describe } from "../api/problems";
import { useI18n } from "../i18n/context";
import { DocumentsStep } from "./DocumentsStep";
import { Ending } from "./Ending";
import { hasEnded, isOver } from "./pace";
import { PhoneStep } from "./PhoneStep";
import { useFollow } from "./useFollow";
import { VideoStep } from "./VideoStep";
import { Way } from "./Way";

const SLOW_MS = 30_000;

/** The way through an application: where it is, and what the applicant does there. It follows what happens elsewhere. */
export function Wizard({
  first,
  journey,
  startNew,
  ended,
  aside,
}: {
  first: ApplicationView;
  journey: Journey;
  startNew: (() => void) | null;
  /** The session of a link is over. */
  ended?: () => void;
  aside?: (view: ApplicationView, take: (view: ApplicationView) => void) => ReactNode;
}) {
  const { m } = useI18n();
  const o = m.onboarding;
  const { view, error, take } = useFollow(first, journey.status);
  const over = isOver(view.state);
  const product = o.products[view.product as keyof typeof o.products] as { name: string } | undefined;
  const place = useRef<HTMLDivElement>(null);
  const stage = `${view.state} ${view.waiting?.what ?? ""}`;
  const shown = useRef(stage);
  useEffect(() => {
    // A new step starts at its beginning, for the keyboard and the screen reader too, unless it has a place of its own.
    if (shown.current !== stage && !place.current?.contains(document.activeElement)) place.current?.focus();
    shown.current = stage;
  }, [stage]);
  const lost = hasEnded(error);
  useEffect(() => {
    if (lost) ended?.();
  }, [lost, ended]);
  return (
    <SpaceBetween size="l">
      <Box variant="h1">{product?.name ?? view.product}</Box>
      {!over && <Way steps={view.steps} names={o.steps} />}
      <div role="status">
        {error !== null && !lost && (
          <Alert type="warning">{error instanceof TypeError ? o.offline : describe(error, m)}</Alert>
        )}
      </div>
      <div ref={place} tabIndex={-1} className="place">
        {over ? (
          <Ending view={view} journey={journey} startNew={startNew} />
        ) : (
          <Step view={view} journey={journey} take={take} />
        )}
      </div>
      {!over && aside?.(view, take)}
    </SpaceBetween>
  );
}

function Step({
  view,
  journey,
  take,
}: {
  view: ApplicationView;
  journey: Journey;
  take: (view: ApplicationView) => void;
}) {
  const { m } = useI18n();
  const o = m.onboarding;
  switch (view.waiting?.what) {
    case "help":
      return <Told title={o.hitchTitle} sentences={[o.hitchAbout, o.savedHere]} />;
    case "code":
      if (view.state === "phone") return <PhoneStep view={view} journey={journey} take={take} />;
      break;
    case "video":
      if (view.state === "video") return <VideoStep view={view} journey={journey} />;
      break;
    case "signature":
      if (view.state === "documents") return <DocumentsStep view={view} journey={journey} take={take} />;
      break;
    case "review":
      if (view.state === "review") return <Told title={o.reviewTitle} sentences={[o.reviewAbout, o.reviewLong]} />;
  }
  return <Working key={view.state} state={view.state} />;
}

function Told({ title, sentences }: { title: string; sentences: string[] }) {
  return (
    <Container header={<Header variant="h2">{title}</Header>}>
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </Container>
  );
}

/** A machine works. After a while this says that nobody needs to wait for it. */
function Working({ state }: { state: ApplicationView["state"] }) {
  const { m } = useI18n();
  const o = m.onboarding;
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Container header={<Header variant="h2">{o.working}</Header>}>
      <SpaceBetween size="m">
        <SpaceBetween direction="horizontal" size="s">
          <Spinner />
          <span>{o.workingOn[state as keyof typeof o.workingOn]}</span>
        </SpaceBetween>
        {slow && <Box color="text-body-secondary">{o.slow}</Box>}
      </SpaceBetween>
    </Container>
  );
}
