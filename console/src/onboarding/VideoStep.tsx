import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ApplicationView, Journey } from "../api/onboarding";
import { useI18n } from "../i18n/context";
import { DeviceTest } from "./DeviceTest";
import { VideoRoom } from "./VideoRoom";

/** What will happen in the call, a test of what it needs, and the call. */
export function VideoStep({ view, journey }: { view: ApplicationView; journey: Journey }) {
  const { m, moment } = useI18n();
  const o = m.onboarding;
  return (
    <Container header={<Header variant="h2" description={o.videoAbout}>{o.videoTitle}</Header>}>
      <SpaceBetween size="l">
        <ul className="told">
          {o.videoWill.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
        <VideoRoom entry={journey.video} />
        <DeviceTest />
        <Box variant="small" color="text-body-secondary">
          {o.videoAfter}
          {view.waiting && ` ${o.waitUntil} ${moment(view.waiting.until)}.`}
        </Box>
      </SpaceBetween>
    </Container>
  );
}
