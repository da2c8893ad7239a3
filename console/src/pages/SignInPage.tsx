import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useState } from "react";
import { useI18n } from "../i18n/context";
import { useSession } from "../session";

export default function SignInPage() {
  const { m } = useI18n();
  const { signIn } = useSession();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    document.title = `${m.signIn} · ${m.product}`;
  }, [m]);

  async function submit() {
    setBusy(true);
    setProblem(null);
    try {
      await signIn(username, password);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  }

  return (
    <div className="sign-in">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Form
          actions={
            <Button variant="primary" formAction="submit" loading={busy} disabled={!username || !password}>
              {m.signIn}
            </Button>
          }
        >
          <Container header={<Header variant="h1">{m.product}</Header>}>
            <SpaceBetween size="m">
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
              <Box />
            </SpaceBetween>
          </Container>
        </Form>
      </form>
    </div>
  );
}
