import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useLocation, useNavigate } from "react-router-dom";
import { ApiProblem } from "../api/client";
import { describe } from "../api/problems";
import { useI18n } from "../i18n/context";
import { useTitle } from "../parts/useTitle";
import { useSession } from "../session";

export default function SignInPage() {
  const { m } = useI18n();
  const { signIn } = useSession();
  const navigate = useNavigate();
  const verified = (useLocation().state as { verified?: boolean } | null)?.verified ?? false;
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  useTitle(m.signIn);

  async function submit() {
    setBusy(true);
    setProblem(null);
    try {
      await signIn(username, password);
    } catch (error) {
      const refused = error instanceof ApiProblem && error.status === 401;
      setProblem(refused ? m.wrongCredentials : describe(error, m));
      setPassword("");
      setBusy(false);
    }
  }

  return (
    <div className="sign-in">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (username && password && !busy) void submit();
        }}
      >
        <Form
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" formAction="none" onClick={() => void navigate("/register")}>
                {m.register}
              </Button>
              <Button variant="primary" formAction="submit" loading={busy} disabled={!username || !password}>
                {m.signIn}
              </Button>
            </SpaceBetween>
          }
        >
          <Container header={<Header variant="h1">{m.product}</Header>}>
            <SpaceBetween size="m">
              {verified && <Alert type="success">{m.verified}</Alert>}
              {problem && (
                <div role="alert">
                  <Alert type="error" header={m.signInFailed}>
                    {problem}
                  </Alert>
                </div>
              )}
              <FormField label={m.username}>
                <Input
                  value={username}
                  autoFocus
                  autoComplete="username"
                  nativeInputAttributes={{ autoCapitalize: "none" }}
                  onChange={({ detail }) => setUsername(detail.value)}
                />
              </FormField>
              <FormField label={m.password}>
                <Input
                  value={password}
                  type="password"
                  autoComplete="current-password"
                  onChange={({ detail }) => setPassword(detail.value)}
                />
              </FormField>
            </SpaceBetween>
          </Container>
        </Form>
      </form>
    </div>
  );
}
