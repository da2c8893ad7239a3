import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input, { type InputProps } from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState, type ReactNode } from "react";
import { useNavigate } from "react-router-dom";
import { api } from "../api/client";
import { describe, fieldErrors } from "../api/problems";
import type { Registered } from "../api/types";
import { useI18n } from "../i18n/context";
import { useTitle } from "../parts/useTitle";

const EMPTY = { username: "", email: "", phone_number: "", password: "" };

/** A customer's own account: the data first, then the code that was sent. */
export default function RegisterPage() {
  const { m, language } = useI18n();
  const navigate = useNavigate();
  const [values, setValues] = useState(EMPTY);
  const [registered, setRegistered] = useState<Registered | null>(null);
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [again, setAgain] = useState(false);
  useTitle(m.register);
  const wrong = fieldErrors(failure);
  const hints: Record<keyof typeof EMPTY, string> = {
    username: m.usernameHint,
    email: m.emailHint,
    phone_number: m.phoneHint,
    password: m.passwordHint,
  };
  const field = (name: keyof typeof EMPTY, label: string, more: Partial<InputProps>) => (
    <FormField
      label={label}
      constraintText={wrong[name] ? undefined : hints[name]}
      errorText={wrong[name] ? hints[name] : undefined}
    >
      <Input
        {...more}
        value={values[name]}
        onChange={({ detail }) => setValues((known) => ({ ...known, [name]: detail.value }))}
      />
    </FormField>
  );

  async function run(work: () => Promise<void>) {
    setBusy(true);
    setFailure(null);
    try {
      await work();
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  }

  const create = () =>
    run(async () => setRegistered(await api.register({ ...values, locale: language })));
  // Registering the same once more sends another code.
  const sendAgain = () =>
    run(async () => {
      setAgain(false);
      setRegistered(await api.register({ ...values, locale: language }));
      setCode("");
      setAgain(true);
    });
  const confirm = () =>
    run(async () => {
      await api.verify(registered?.username ?? "", code.trim());
      void navigate("/", { state: { verified: true } });
    });

  if (registered) {
    return (
      <Sheet title={m.codeTitle} failure={failure} submit={confirm} label={m.confirm} busy={busy} ready={code !== ""}>
        <p>
          {m.codeSent} {registered.delivery.destination}
        </p>
        <FormField label={m.code} constraintText={m.codeHint}>
          <Input
            value={code}
            autoFocus
            inputMode="numeric"
            autoComplete="one-time-code"
            onChange={({ detail }) => setCode(detail.value)}
          />
        </FormField>
        <Button variant="inline-link" formAction="none" disabled={busy} onClick={() => void sendAgain()}>
          {m.account.sendAgain}
        </Button>
        <div role="status">{again && m.account.sentAgain}</div>
      </Sheet>
    );
  }
  return (
    <Sheet
      title={m.register}
      failure={failure}
      submit={create}
      label={m.createAccount}
      busy={busy}
      ready={Object.values(values).every(Boolean)}
    >
      {field("username", m.usernameNew, { autoFocus: true, autoComplete: "username" })}
      {field("email", m.email, { type: "email", autoComplete: "email" })}
      {field("phone_number", m.phoneNumber, { type: "text", inputMode: "tel", autoComplete: "tel" })}
      {field("password", m.password, { type: "password", autoComplete: "new-password" })}
    </Sheet>
  );
}

function Sheet({
  title,
  failure,
  submit,
  label,
  busy,
  ready,
  children,
}: {
  title: string;
  failure: unknown;
  submit: () => Promise<void>;
  label: string;
  busy: boolean;
  ready: boolean;
  children: ReactNode;
}) {
  const { m } = useI18n();
  const navigate = useNavigate();
  return (
    <div className="sign-in">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !busy) void submit();
        }}
      >
        <Form
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" formAction="none" onClick={() => void navigate("/")}>
                {m.haveAccount}
              </Button>
              <Button variant="primary" formAction="submit" loading={busy} disabled={!ready}>
                {label}
              </Button>
            </SpaceBetween>
          }
        >
          <Container header={<Header variant="h1">{title}</Header>}>
            <SpaceBetween size="m">
              {failure !== null && (
                <div role="alert">
                  <Alert type="error" header={m.registerFailed}>
                    {Object.keys(fieldErrors(failure)).length > 0 ? m.problemInput : describe(failure, m)}
                  </Alert>
                </div>
              )}
              {children}
            </SpaceBetween>
          </Container>
        </Form>
      </form>
    </div>
  );
}
