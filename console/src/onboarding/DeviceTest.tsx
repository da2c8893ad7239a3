import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useEffect, useRef, useState } from "react";
import { useI18n } from "../i18n/context";

type Trouble = "denied" | "none" | "busy";
const REFRESH_MS = 100;

/** Which of three things a person can do something about kept camera and microphone from starting. */
export function troubleOf(error: unknown): Trouble {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError" || error instanceof TypeError) return "none";
  return "busy";
}

/** Tries camera and microphone before they are needed. Nothing leaves the device; leaving the page switches them off. */
export function DeviceTest() {
  const { m } = useI18n();
  const o = m.onboarding;
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [busy, setBusy] = useState(false);
  const said: Record<Trouble, string> = { denied: o.testDenied, none: o.testNone, busy: o.testBusy };
  useEffect(() => () => stream?.getTracks().forEach((track) => track.stop()), [stream]);

  async function test() {
    setBusy(true);
    setTrouble(null);
    try {
      setStream(await navigator.mediaDevices.getUserMedia({ video: true, audio: true }));
    } catch (error) {
      setStream(null);
      setTrouble(troubleOf(error));
    }
    setBusy(false);
  }

  return (
    <SpaceBetween size="s">
      <SpaceBetween direction="horizontal" size="xs">
        <Button iconName="video-on" loading={busy} onClick={() => (stream ? setStream(null) : void test())}>
          {stream ? o.testStop : trouble ? o.testAgain : o.test}
        </Button>
      </SpaceBetween>
      <Box variant="small" color="text-body-secondary">
        {o.testAbout}
      </Box>
      <div role="status">
        {stream && <StatusIndicator type="success">{o.testGood}</StatusIndicator>}
        {trouble && <StatusIndicator type="warning">{said[trouble]}</StatusIndicator>}
      </div>
      {stream && <Mirror stream={stream} />}
    </SpaceBetween>
  );
}

function Mirror({ stream }: { stream: MediaStream }) {
  const { m } = useI18n();
  const video = useRef<HTMLVideoElement>(null);
  const [loudness, setLoudness] = useState(0);
  useEffect(() => {
    if (video.current) video.current.srcObject = stream;
    const audio = new AudioContext();
    const analyser = audio.createAnalyser();
    audio.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      setLoudness(Math.min(100, Math.round(300 * Math.sqrt(power))));
    }, REFRESH_MS);
    return () => {
      clearInterval(timer);
      void audio.close();
    };
  }, [stream]);
  return (
    <SpaceBetween size="xs">
      <video ref={video} className="mirror" autoPlay playsInline muted aria-label={m.onboarding.testPicture} />
      <div>{m.onboarding.testHear}</div>
      <meter className="loudness" min={0} max={100} value={loudness} aria-label={m.onboarding.loudness} />
    </SpaceBetween>
  );
}
