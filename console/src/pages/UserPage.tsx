import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useState } from "react";
import { useParams } from "react-router-dom";
import { deviceName } from "../account/device";
import { ChangeUser, type UserChange } from "../admin/ChangeUser";
import { UserState } from "../admin/UserState";
import { admin, type UserWithRights } from "../api/admin";
import { useI18n } from "../i18n/context";
import { PageLink } from "../parts/PageLink";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { useRead } from "../parts/useRead";
import { useTitle } from "../parts/useTitle";
import { useSession } from "../session";

/** A user with rights and sessions, and what an administrator may change. */
export default function UserPage() {
  const { m } = useI18n();
  const { username = "" } = useParams();
  const { value, error, reload } = useRead(useCallback(() => admin.user(username), [username]));
  const [changed, setChanged] = useState<UserWithRights | null>(null);
  useTitle(username);
  const shown = changed?.username === username ? changed : value;
  return (
    <ContentLayout
      header={
        <SpaceBetween size="xs">
          <PageLink to="/admin?tab=users">{m.account.users}</PageLink>
          <Header variant="h1">{username}</Header>
        </SpaceBetween>
      }
    >
      <Trouble error={error} retry={reload} />
      {shown ? <Details user={shown} done={setChanged} /> : error === null && <Waiting />}
    </ContentLayout>
  );
}

function Details({ user, done }: { user: UserWithRights; done: (after: UserWithRights) => void }) {
  const { m, moment } = useI18n();
  const session = useSession();
  const [change, setChange] = useState<UserChange | null>(null);
  // Nobody changes their own rights.
  const mine = session.user?.username === user.username;
  const actions = !mine && (
    <SpaceBetween direction="horizontal" size="xs">
      <Button onClick={() => setChange("rights")}>{m.account.changeRights}</Button>
      {user.enabled && <Button onClick={() => setChange("disable")}>{m.account.disable}</Button>}
      {!user.enabled && user.verified && <Button onClick={() => setChange("enable")}>{m.account.enable}</Button>}
    </SpaceBetween>
  );
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header variant="h2" actions={actions}>
            {m.account.profile}
          </Header>
        }
      >
        <KeyValuePairs
          columns={3}
          items={[
            { label: m.account.state, value: <UserState user={user} /> },
            {
              label: m.account.roles,
              value: user.roles.map((role) => m.account.roleNames[role] ?? role).join(", ") || m.account.none,
            },
            { label: m.account.teams, value: user.teams.join(", ") || m.account.none },
            { label: m.email, value: user.email || m.nothing },
            { label: m.phoneNumber, value: user.phone_number ?? m.nothing },
            { label: m.account.created, value: moment(user.created_at) },
          ]}
        />
      </Container>
      <Container header={<Header variant="h2">{m.account.sessions}</Header>}>
        {user.sessions.length === 0 && m.account.noSessions}
        <ul className="plain">
          {user.sessions.map((one) => (
            <li key={one.session_id}>
              {deviceName(one.device) || m.account.unknownDevice} · {one.address} · {m.account.lastSeen}{" "}
              {moment(one.seen_at)}
            </li>
          ))}
        </ul>
      </Container>
      {change && (
        <ChangeUser
          user={user}
          change={change}
          close={() => setChange(null)}
          done={(after) => {
            setChange(null);
            done(after);
          }}
        />
      )}
    </SpaceBetween>
  );
}
