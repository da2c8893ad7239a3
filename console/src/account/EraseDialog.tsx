import Alert from "@cloudscape-design/components/alert";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { account, type Kept } from "../api/account";
import { ApiProblem } from "../api/client";
import { describe } from "../api/problems";
import { useI18n } from "../i18n/context";
import { Question } from "../parts/Question";
import { useSession } from "../session";

/** Asks for the password, erases, and says what the law keeps. */
export function EraseDialog({ close }: { close: () => void }) {
  const { m } = useI18n();
  const { signOut } = useSession();
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [kept, setKept] = useState<Kept[] | null>(null);

  async function erase() {
    setBusy(true);
    setFailure(null);
    try {
      setKept(await account.erase(password));
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  }

  const leave = () => void signOut();
  if (kept)
    return (
      <Question visible title={m.account.erased} close={leave} label={m.close} busy={false} ready answer={leave}>
        {kept.length === 0 ? (
          m.account.keptNothing
        ) : (
          <>
            {m.account.keptByLaw}
            <ul>
              {kept.map(({ what, count, reason }) => (
                <li key={what}>
                  {what} ({count}): {reason}
                </li>
              ))}
            </ul>
          </>
        )}
      </Question>
    );
  const refused = failure instanceof ApiProblem && failure.status === 401;
  return (
    <Question
      visible
      title={m.account.erase}
      close={close}
      label={m.account.erase}
      busy={busy}
      ready={password !== ""}
      answer={() => void erase()}
    >
      <SpaceBetween size="m">
        {failure !== null && !refused && (
          <div role="alert">
            <Alert type="error">{describe(failure, m)}</Alert>
          </div>
        )}
        {m.account.eraseAbout}
        <FormField label={m.account.passwordAgain} errorText={refused ? m.wrongCredentials : undefined}>
          <Input
            type="password"
            autoComplete="current-password"
            autoFocus
            value={password}
            onChange={({ detail }) => setPassword(detail.value)}
          />
        </FormField>
      </SpaceBetween>
    </Question>
  );
}
