import Alert from "@cloudscape-design/components/alert";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { admin, type UserWithRights } from "../api/admin";
import { describe } from "../api/problems";
import { useI18n } from "../i18n/context";
import { Question } from "../parts/Question";

export type UserChange = "rights" | "disable" | "enable";
const SHORTEST = 3;
const LONGEST = 500;

/** Asks why, and for rights which. */
export function ChangeUser({
  user,
  change,
  close,
  done,
}: {
  user: UserWithRights;
  change: UserChange;
  close: () => void;
  done: (after: UserWithRights) => void;
}) {
  const { m } = useI18n();
  const [roles, setRoles] = useState<string[]>(user.roles);
  const [teams, setTeams] = useState(user.teams.join(" "));
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const title = { rights: m.account.changeRights, disable: m.account.disable, enable: m.account.enable }[change];

  async function answer() {
    setBusy(true);
    setFailure(null);
    try {
      const why = reason.trim();
      if (change === "rights")
        done(await admin.setRights(user.username, roles, teams.split(/\s+/).filter(Boolean), why));
      else done(await admin[change](user.username, why));
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  }

  return (
    <Question
      visible
      title={`${title}: ${user.username}`}
      close={close}
      label={title}
      busy={busy}
      ready={reason.trim().length >= SHORTEST}
      answer={() => void answer()}
    >
      <SpaceBetween size="m">
        {failure !== null && (
          <div role="alert">
            <Alert type="error">{describe(failure, m)}</Alert>
          </div>
        )}
        {change !== "enable" && m.account.rightsAbout}
        {change === "rights" && (
          <>
            <fieldset className="bare">
              <legend>{m.account.roles}</legend>
              {Object.entries(m.account.roleNames).map(([role, label]) => (
                <Checkbox
                  key={role}
                  checked={roles.includes(role)}
                  onChange={({ detail }) =>
                    setRoles((known) => (detail.checked ? [...known, role] : known.filter((other) => other !== role)))
                  }
                >
                  {label}
                </Checkbox>
              ))}
            </fieldset>
            <FormField label={m.account.teams} constraintText={m.account.teamsHint}>
              <Input value={teams} onChange={({ detail }) => setTeams(detail.value)} />
            </FormField>
          </>
        )}
        <FormField label={m.reason} constraintText={m.reasonRule} stretch>
          <Textarea value={reason} onChange={({ detail }) => setReason(detail.value.slice(0, LONGEST))} />
        </FormField>
      </SpaceBetween>
    </Question>
  );
}
