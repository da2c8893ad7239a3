import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useI18n } from "../i18n/context";
import { byRisk } from "../live/calls";
import { useDesk } from "../live/desk";
import { CallTable } from "../parts/CallTable";
import { LiveState } from "../parts/LiveState";
import { Trouble } from "../parts/Trouble";
import { useTitle } from "../parts/useTitle";
import { useSession } from "../session";

/** All active calls of a team, the riskiest first. */
export default function TeamPage() {
  const { m } = useI18n();
  const { user } = useSession();
  const { team, teamName, setTeamName } = useDesk();
  const teams = user?.teams ?? [];
  useTitle(teamName ? `${m.team} ${teamName}` : m.team);
  return (
    <ContentLayout header={
        <Header variant="h1" description={<LiveState />}>
          {teamName ? `${m.team} ${teamName}` : m.team}
        </Header>
      }>
      <SpaceBetween size="l">
        {teams.length > 1 && (
          <SegmentedControl
            selectedId={teamName}
            label={m.team}
            options={teams.map((id) => ({ id, text: id }))}
            onChange={({ detail }) => setTeamName(detail.selectedId)}
          />
        )}
        {teams.length === 0 && <TeamChoice name={teamName} choose={setTeamName} />}
        {team && (
          <>
            <Trouble error={team.error} retry={team.reload} />
            <CallTable
              calls={[...team.calls].sort(byRisk)}
              title={m.activeCalls}
              empty={m.noActive}
              loading={team.loading}
              columns={["risk", "agent", "status", "sentiment", "duration"]}
            />
          </>
        )}
      </SpaceBetween>
    </ContentLayout>
  );
}

/** Who sees every team belongs to none: the team is named. */
function TeamChoice({ name, choose }: { name: string; choose: (team: string) => void }) {
  const { m } = useI18n();
  const [text, setText] = useState(name);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        choose(text.trim());
      }}
    >
      <FormField
        label={m.teamName}
        description={m.nameTeam}
        secondaryControl={<Button formAction="submit">{m.show}</Button>}
      >
        <Input value={text} onChange={({ detail }) => setText(detail.value)} />
      </FormField>
    </form>
  );
}
