import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Toggle from "@cloudscape-design/components/toggle";
import { useI18n } from "../i18n/context";
import { byNewest, isLive } from "../live/calls";
import { useDesk } from "../live/desk";
import { CallTable } from "../parts/CallTable";
import { LiveState } from "../parts/LiveState";
import { Trouble } from "../parts/Trouble";
import { useTitle } from "../parts/useTitle";

/** An agent's calls, live and past. */
export default function CallsPage() {
  const { m } = useI18n();
  const { mine, opensCalls, setOpensCalls } = useDesk();
  useTitle(m.myCalls);
  if (!mine) return null;
  const newest = [...mine.calls].sort(byNewest);
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={<LiveState />}
          actions={
            <Toggle checked={opensCalls} onChange={({ detail }) => setOpensCalls(detail.checked)}>
              {m.opensCalls}
            </Toggle>
          }
        >
          {m.myCalls}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Trouble error={mine.error} retry={mine.reload} />
        <CallTable
          calls={newest.filter(isLive)}
          title={m.liveCalls}
          empty={m.noCalls}
          loading={mine.loading}
          columns={["risk", "status", "started", "duration"]}
        />
        <CallTable
          calls={newest.filter((call) => !isLive(call))}
          title={m.pastCalls}
          empty={m.noPast}
          loading={mine.loading}
          columns={["risk", "outcome", "started", "duration"]}
          footer={mine.more && <Button onClick={mine.more}>{m.showMore}</Button>}
        />
      </SpaceBetween>
    </ContentLayout>
  );
}
