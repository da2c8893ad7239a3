import Button from "@cloudscape-design/components/button";
import Flashbar from "@cloudscape-design/components/flashbar";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useState } from "react";
import { useNavigate } from "react-router-dom";
import { useI18n } from "../i18n/context";
import { useCalls } from "../live/useCalls";
import { CallTable } from "../parts/CallTable";
import { useSession } from "../session";

/** All active calls of a team, the riskiest first, with what needs a supervisor on top. */
export default function TeamPage() {
  const { m } = useI18n();
  const { user } = useSession();
  const teams = user?.teams ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const team = chosen ?? teams[0] ?? "collections";
  useEffect(() => {
    document.title = `${m.team} · ${m.product}`;
  }, [m]);
  return (
    <SpaceBetween size="m">
      {teams.length > 1 && (
        <SegmentedControl
          selectedId={team}
          label={m.team}
          options={teams.map((id) => ({ id, text: id }))}
          onChange={({ detail }) => setChosen(detail.selectedId)}
        />
      )}
      <Team key={team} team={team} />
    </SpaceBetween>
  );
}

function Team({ team }: { team: string }) {
  const { m, say } = useI18n();
  const navigate = useNavigate();
  const { calls, alerts, loading, dismiss } = useCalls({ team, active: "true", limit: "100" }, `TEAM#${team}`, {
    action: "join_team",
    team,
  });
  const active = calls
    .filter((call) => call.team === team && call.status !== "ENDED")
    .sort((a, b) => (b.score?.value ?? -1) - (a.score?.value ?? -1));
  return (
    <SpaceBetween size="m">
      <Flashbar
        stackItems
        items={alerts.map((item) => ({
          id: `${item.contactId} ${item.alert.code}`,
          type: item.alert.code === "escalated" ? "error" : "warning",
          content: say(item.alert.text),
          ariaRole: "alert",
          dismissible: true,
          dismissLabel: m.close,
          onDismiss: () => dismiss(item),
          action: <Button onClick={() => void navigate(`/calls/${item.contactId}`)}>{m.open}</Button>,
        }))}
      />
      <CallTable calls={active} title={`${m.activeCalls} · ${team}`} empty={m.noActive} loading={loading} showAgent />
    </SpaceBetween>
  );
}
