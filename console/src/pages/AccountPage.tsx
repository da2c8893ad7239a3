import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useState } from "react";
import { EraseDialog } from "../account/EraseDialog";
import { SessionList } from "../account/SessionList";
import { account, type Profile } from "../api/account";
import { describe, fieldErrors } from "../api/problems";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { useRead } from "../parts/useRead";
import { useTitle } from "../parts/useTitle";
import { useSession } from "../session";

const LANGUAGES = [
  { value: "en", label: "English" },
  { value: "ja", label: "日本語" },
];

/** One's own account: profile, sessions, data, and its end. */
export default function AccountPage() {
  const { m } = useI18n();
  const { signOut } = useSession();
  const { value, error, reload } = useRead(useCallback(() => account.profile(), []));
  useTitle(m.account.title);
  const endEverywhere = async () => {
    await account.endAll();
    await signOut();
  };
  return (
    <ContentLayout header={<Header variant="h1">{m.account.title}</Header>}>
      <SpaceBetween size="l">
        <Trouble error={error} retry={reload} />
        {value && <ProfileForm key={value.username} profile={value} />}
        <SessionList endEverywhere={endEverywhere} />
        <Data isCustomer={value?.roles.every((role) => role === "customer") ?? false} />
      </SpaceBetween>
    </ContentLayout>
  );
}

function ProfileForm({ profile }: { profile: Profile }) {
  const { m, moment } = useI18n();
  const [email, setEmail] = useState(profile.email);
  const [locale, setLocale] = useState(profile.locale ?? "en");
  const [busy, setBusy] = useState(false);
  const [saved, setSaved] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const wrong = fieldErrors(failure).email !== undefined;

  async function save() {
    setBusy(true);
    setSaved(false);
    setFailure(null);
    try {
      await account.change(email.trim(), locale);
      setSaved(true);
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  }

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void save();
      }}
    >
      <Container
        header={
          <Header variant="h2" description={`${m.account.member} ${moment(profile.created_at)}`}>
            {m.account.profile}
          </Header>
        }
        footer={
          <SpaceBetween direction="horizontal" size="s" alignItems="center">
            <Button formAction="submit" variant="primary" loading={busy}>
              {m.save}
            </Button>
            <span role="status">{saved && m.account.saved}</span>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="m">
          {failure !== null && !wrong && (
            <div role="alert">
              <Alert type="error">{describe(failure, m)}</Alert>
            </div>
          )}
          <FormField label={m.usernameNew}>
            <Box>{profile.username}</Box>
          </FormField>
          <FormField label={m.email} errorText={wrong ? m.emailHint : undefined}>
            <Input
              type="email"
              autoComplete="email"
              value={email}
              onChange={({ detail }) => setEmail(detail.value)}
            />
          </FormField>
          {profile.phone_number && (
            <FormField label={m.phoneNumber} description={m.account.phoneProven}>
              <Box>{profile.phone_number}</Box>
            </FormField>
          )}
          <FormField label={m.account.language}>
            <Select
              selectedOption={LANGUAGES.find(({ value }) => value === locale) ?? null}
              options={LANGUAGES}
              onChange={({ detail }) => setLocale(detail.selectedOption.value ?? "en")}
            />
          </FormField>
        </SpaceBetween>
      </Container>
    </form>
  );
}

function Data({ isCustomer }: { isCustomer: boolean }) {
  const { m } = useI18n();
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  async function download() {
    setBusy(true);
    setFailure(null);
    try {
      const text = JSON.stringify(await account.export(), null, 2);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
      link.download = "my-data.json";
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  }

  return (
    <Container
      header={
        <Header variant="h2" description={m.account.dataAbout}>
          {m.account.data}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {failure !== null && (
          <div role="alert">
            <Alert type="error">{describe(failure, m)}</Alert>
          </div>
        )}
        <SpaceBetween direction="horizontal" size="s">
          <Button iconName="download" loading={busy} onClick={() => void download()}>
            {m.account.download}
          </Button>
          {isCustomer && <Button onClick={() => setAsked(true)}>{m.account.erase}</Button>}
        </SpaceBetween>
      </SpaceBetween>
      {asked && <EraseDialog close={() => setAsked(false)} />}
    </Container>
  );
}
