import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useRef, useState } from "react";
import type { VideoEntry } from "../api/onboarding";
import { useI18n } from "../i18n/context";
import { enter, VONAGE_SCRIPT } from "./vonage";

/** The call itself, in Vonage's client; where none is configured this says when the video opens. */
export function VideoRoom({ entry }: { entry: () => Promise<VideoEntry> }) {
  const { m } = useI18n();
  const o = m.onboarding;
  const theirs = useRef<HTMLDivElement>(null);
  const own = useRef<HTMLDivElement>(null);
  const leave = useRef<(() => void) | null>(null);
  const [state, setState] = useState<"out" | "entering" | "in" | "failed">("out");
  useEffect(() => () => leave.current?.(), []);
  if (VONAGE_SCRIPT === "") return <Alert type="info">{o.videoOpens}</Alert>;

  async function go() {
    if (!theirs.current || !own.current) return;
    setState("entering");
    try {
      leave.current = await enter(await entry(), theirs.current, own.current);
      setState("in");
    } catch {
      setState("failed");
    }
  }

  function end() {
    leave.current?.();
    leave.current = null;
    setState("out");
  }

  return (
    <SpaceBetween size="s">
      <div role="alert">{state === "failed" && <Alert type="error">{o.videoFailed}</Alert>}</div>
      <div className={state === "in" ? "room" : "room room-empty"}>
        <div ref={theirs} className="room-theirs" />
        <div ref={own} className="room-own" />
      </div>
      {state === "in" ? (
        <Button onClick={end}>{o.videoLeave}</Button>
      ) : (
        <Button variant="primary" loading={state === "entering"} onClick={() => void go()}>
          {o.videoEnter}
        </Button>
      )}
    </SpaceBetween>
  );
}
