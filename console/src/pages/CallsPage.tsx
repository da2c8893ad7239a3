import Flashbar from "@cloudscape-design/components/flashbar";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect } from "react";
import { useNavigate } from "react-router-dom";
import { useI18n } from "../i18n/context";
import { useCalls } from "../live/useCalls";
import { CallTable } from "../parts/CallTable";
import { useSession } from "../session";

/** An agent's calls. A call that has just been connected is offered on top. */
export default function CallsPage() {
  const { m } = useI18n();
  const { user } = useSession();
  const navigate = useNavigate();
  const agent = user?.username ?? "";
  const { calls, loading } = useCalls({ agent_id: agent, limit: "50" }, `AGENT#${agent}`, {
    action: "join_agent",
    agent_id: agent,
  });
  useEffect(() => {
    document.title = `${m.calls} · ${m.product}`;
  }, [m]);
  const sorted = calls.filter((call) => call.agent_id === agent).sort((a, b) => b.started_at - a.started_at);
  const active = sorted.filter((call) => call.status !== "ENDED");
  return (
    <SpaceBetween size="m">
      <Flashbar
        items={active.map((call) => ({
          id: call.contact_id,
          type: "info",
          header: m.incoming,
          content: call.customer_name ?? call.phone ?? m.unknownCustomer,
          action: <Button onClick={() => void navigate(`/calls/${call.contact_id}`)}>{m.open}</Button>,
        }))}
      />
      <CallTable calls={sorted} title={m.myCalls} empty={m.noCalls} loading={loading} showAgent={false} />
    </SpaceBetween>
  );
}
