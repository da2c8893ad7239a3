// What somebody who works here follows on every page: an agent the own calls, a supervisor those of a team.
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from "react";
import { useNavigate } from "react-router-dom";
import type { Call } from "../api/types";
import { useSession } from "../session";
import { byNewest, isLive } from "./calls";
import { agentRoom, teamRoom, type CallEvent } from "./protocol";
import { useCalls, type FollowedCalls, type Source } from "./useCalls";

export type AlertCode = "escalated" | "band-high";
export interface TeamAlert {
  call: Call;
  code: AlertCode;
}

interface Desk {
  mine: FollowedCalls | null;
  /** A call that has just reached the agent, until it is opened or put away. */
  incoming: Call[];
  putAway: (contactId: string) => void;
  opensCalls: boolean;
  setOpensCalls: (wanted: boolean) => void;
  team: FollowedCalls | null;
  teamName: string;
  setTeamName: (team: string) => void;
  alerts: TeamAlert[];
  dismiss: (alert: TeamAlert) => void;
}

const Context = createContext<Desk | null>(null);
const KEPT_OPENS = "rapport.opens-calls";
const KEPT_TEAM = "rapport.team";
const keyOf = (contactId: string, code: AlertCode) => `${contactId} ${code}`;

export function DeskProvider({ children }: { children: ReactNode }) {
  const { user, isAgent, isLead } = useSession();
  const navigate = useNavigate();
  const me = user?.username ?? "";

  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const [opensCalls, keepOpens] = useState(() => localStorage.getItem(KEPT_OPENS) !== "false");
  const putAway = useCallback(
    (contactId: string) =>
      setFresh((known) => (known.has(contactId) ? new Set([...known].filter((id) => id !== contactId)) : known)),
    [],
  );
  const arrived = (call: Call) => {
    if (!isLive(call) || call.agent_id !== me) return;
    // Who is looking at the list is waiting for a call; who reads another page is not carried away from it.
    if (opensCalls && location.pathname === "/calls") void navigate(`/calls/${encodeURIComponent(call.contact_id)}`);
    else setFresh((known) => new Set(known).add(call.contact_id));
  };
  const ownSource: Source | null = isAgent
    ? { query: { agent_id: me, limit: "50" }, room: agentRoom(me), onNew: arrived }
    : null;
  const own = useCalls(ownSource);
  const mine = { ...own, calls: own.calls.filter((call) => call.agent_id === me) };

  const [chosen, keepTeam] = useState(() => sessionStorage.getItem(KEPT_TEAM) ?? "");
  const teamName = isLead ? chosen || (user?.teams[0] ?? "") : "";
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  const onTeamEvent = (event: CallEvent) => {
    // The risk rose again after somebody had put the first alert away.
    if (event.alert?.code !== "band-high") return;
    setDismissed((known) => new Set([...known].filter((key) => key !== keyOf(event.contact_id, "band-high"))));
  };
  const teamSource: Source | null = teamName
    ? { query: { team: teamName, active: "true", limit: "100" }, room: teamRoom(teamName), onEvent: onTeamEvent }
    : null;
  const whole = useCalls(teamSource);
  const teamCalls = whole.calls.filter((call) => call.team === teamName && isLive(call));
  // Alerts follow from the calls and not from the events, so that a reconnect cannot lose one.
  const alerts = teamCalls
    .flatMap((call): TeamAlert[] => [
      ...(call.escalated ? [{ call, code: "escalated" as const }] : []),
      ...(call.score?.band === "HIGH" ? [{ call, code: "band-high" as const }] : []),
    ])
    .filter(({ call, code }) => !dismissed.has(keyOf(call.contact_id, code)))
    // Stacked notifications show their first: who asks for help, and of those the latest call.
    .sort((a, b) => Number(b.code === "escalated") - Number(a.code === "escalated") || byNewest(a.call, b.call));

  const actions = useMemo(
    () => ({
      putAway,
      setOpensCalls: (wanted: boolean) => {
        localStorage.setItem(KEPT_OPENS, String(wanted));
        keepOpens(wanted);
      },
      setTeamName: (team: string) => {
        sessionStorage.setItem(KEPT_TEAM, team);
        keepTeam(team);
      },
      dismiss: ({ call, code }: TeamAlert) =>
        setDismissed((known) => new Set(known).add(keyOf(call.contact_id, code))),
    }),
    [putAway],
  );
  const desk: Desk = {
    ...actions,
    mine: isAgent ? mine : null,
    incoming: mine.calls.filter((call) => isLive(call) && fresh.has(call.contact_id)),
    opensCalls,
    team: teamName ? { ...whole, calls: teamCalls } : null,
    teamName,
    alerts,
  };
  return <Context.Provider value={desk}>{children}</Context.Provider>;
}

export function useDesk(): Desk {
  const desk = useContext(Context);
  if (!desk) throw new Error("DeskProvider is missing");
  return desk;
}
