import Alert from "@cloudscape-design/components/alert";
import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useEffect, useRef, useState } from "react";
import { useNavigate, useSearchParams } from "react-router-dom";
import { assist, type Candidate } from "../api/assist";
import { ApiProblem } from "../api/client";
import { describe } from "../api/problems";
import type { AssistPanels, AssistProfile } from "../api/types";
import { framed, heard, PATH, returned } from "../assist/genesys";
import { NetworkPanel } from "../assist/Network";
import {
  ComplaintsPanel,
  InhibitsPanel,
  InsightsPanel,
  JourneyPanel,
  KpisPanel,
  RevenuePanel,
  TransactionsPanel,
} from "../assist/Panels";
import { useI18n } from "../i18n/context";
import { PageLink } from "../parts/PageLink";
import { Trouble } from "../parts/Trouble";
import { useRead } from "../parts/useRead";
import { useTitle } from "../parts/useTitle";
import { Waiting } from "../parts/Waiting";

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const needsSignIn = (error: unknown) =>
  error instanceof ApiProblem && (error.problem.type ?? "").endsWith("/genesys-sign-in-needed");

/** What the bank knows of the customer of a Genesys conversation: a page, or a widget in Genesys' own. */
export default function AssistPage() {
  const { m } = useI18n();
  useTitle(m.assist.title);
  const [search] = useSearchParams();
  const conversation = search.get("conversation");
  const back = returned(search.toString());
  if (back) return <Return code={back.code} state={back.state} />;
  if (!conversation || !ID.test(conversation)) return <Ask key={conversation} first={conversation ?? ""} />;
  return <Conversation key={conversation} id={conversation} region={search.get("region")} />;
}

// A code works once, and an effect may run twice.
const finished = new Set<string>();

function Return({ code, state }: { code: string; state: string }) {
  const { m } = useI18n();
  const navigate = useNavigate();
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (finished.has(state)) return;
    finished.add(state);
    assist.finish(code, state).then((connected) => {
      const id = connected?.conversation_id;
      void navigate(id ? `${PATH}?conversation=${encodeURIComponent(id)}` : PATH, { replace: true });
    }, setError);
  }, [code, state, navigate]);
  if (!error) return <Waiting />;
  return (
    <div role="alert">
      <Alert type="error" header={m.assist.notSignedIn} action={<Button onClick={() => void navigate(PATH)}>{m.retry}</Button>}>
        {describe(error, m)}
      </Alert>
    </div>
  );
}

/** Asks for a conversation; `first` is what was asked for in vain. */
function Ask({ first = "" }: { first?: string }) {
  const { m } = useI18n();
  const navigate = useNavigate();
  const [id, setId] = useState(first);
  const [refused, setRefused] = useState(first !== "");
  return (
    <Container header={<Header variant="h1">{m.assist.title}</Header>}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ID.test(id.trim())) void navigate(`${PATH}?conversation=${encodeURIComponent(id.trim())}`);
          else setRefused(true);
        }}
      >
        <SpaceBetween size="s">
          <FormField
            label={m.assist.conversation}
            description={m.assist.conversationAbout}
            errorText={refused && !ID.test(id.trim()) ? m.assist.noId : undefined}
          >
            <Input value={id} onChange={({ detail }) => setId(detail.value)} />
          </FormField>
          <Button variant="primary">{m.open}</Button>
        </SpaceBetween>
      </form>
    </Container>
  );
}

function Conversation({ id, region }: { id: string; region: string | null }) {
  const [confirmed, confirm] = useState<Candidate>();
  const { value, error, loading, reload } = useRead(useCallback(() => assist.profile(id, confirmed), [id, confirmed]));
  if (needsSignIn(error)) return <SignIn conversation={id} region={region} done={reload} />;
  return (
    <SpaceBetween size="m">
      <Trouble error={error} retry={reload} />
      {!value && error !== null && <Ask />}
      {value && <Who profile={value} confirm={confirm} reload={reload} loading={loading} />}
      {value?.panels && (
        <div className="assist">
          <InsightsPanel panel={value.panels.insights} />
          <InhibitsPanel panel={value.panels.inhibits} />
          <KpisPanel panel={value.panels.kpis} />
          <RevenuePanel panel={value.panels.revenue} />
          <NetworkPanel panel={named(value.panels.network, value.customer)} />
          <TransactionsPanel panel={value.panels.transactions} />
          <ComplaintsPanel panel={value.panels.complaints} />
          <JourneyPanel panel={value.panels.journey} />
        </div>
      )}
      {!value && loading && <Waiting />}
    </SpaceBetween>
  );
}

/** The warehouse knows people by their number; of the customer the record has the name. */
function named(panel: AssistPanels["network"], customer: AssistProfile["customer"]): AssistPanels["network"] {
  const nodes = panel.nodes.map((node) => (node.id === customer?.customer_id ? { ...node, name: customer.name } : node));
  return { ...panel, nodes };
}

function SignIn({ conversation, region, done }: { conversation: string; region: string | null; done: () => void }) {
  const { m } = useI18n();
  const [error, setError] = useState<unknown>(null);
  const opened = useRef<Window | null>(null);
  useEffect(() => {
    const hear = (event: MessageEvent<unknown>) => {
      const found = heard(event, location.origin, opened.current);
      if (found) assist.finish(found.code, found.state).then(done, setError);
    };
    window.addEventListener("message", hear);
    return () => window.removeEventListener("message", hear);
  }, [done]);
  const begin = async () => {
    setError(null);
    // Opened while the click is fresh: a window that opens later is blocked.
    if (framed()) opened.current = window.open("about:blank", "genesys", "popup,width=480,height=680");
    try {
      const url = await assist.begin(conversation, region);
      if (!url) return;
      if (opened.current) opened.current.location.assign(url);
      else location.assign(url);
    } catch (problem) {
      opened.current?.close();
      setError(problem);
    }
  };
  return (
    <Container header={<Header variant="h1">{m.assist.title}</Header>}>
      <SpaceBetween size="s">
        <Box>{m.assist.signInAbout}</Box>
        {error !== null && (
          <div role="alert">
            <Alert type="error">{describe(error, m)}</Alert>
          </div>
        )}
        <Button variant="primary" onClick={() => void begin()}>
          {m.assist.signIn}
        </Button>
      </SpaceBetween>
    </Container>
  );
}

function Who({
  profile: { identity, customer, conversation },
  confirm,
  reload,
  loading,
}: {
  profile: AssistProfile;
  confirm: (candidate: Candidate) => void;
  reload: () => void;
  loading: boolean;
}) {
  const { m } = useI18n();
  const w = m.assist;
  const { state, subject, candidates, disagrees, refused } = identity;
  const told = (candidate: Candidate) => [candidate.pcin, candidate.bcin].filter(Boolean).join(" · ");
  const known = customer?.customer_id;
  return (
    <SpaceBetween size="s">
      <Header
        variant="h1"
        info={customer?.vip ? <Badge color="blue">{m.vip}</Badge> : undefined}
        description={[told(subject), conversation.queue].filter(Boolean).join(" · ")}
        actions={
          <Button iconName="refresh" ariaLabel={m.retry} loading={loading} onClick={reload} />
        }
      >
        {known ? <PageLink to={`/customers/${encodeURIComponent(known)}`}>{customer.name}</PageLink> : w.title}
      </Header>
      {customer?.number_matches === false && <Alert type="warning">{w.otherNumber}</Alert>}
      {customer && customer.state === "unavailable" && <Alert type="warning">{w.noRecord}</Alert>}
      {disagrees && <Alert type="warning">{w.disagrees}</Alert>}
      {refused > 0 && <Alert type="warning">{w.refused}</Alert>}
      {state === "unknown" && <Alert type="info">{w.unknown}</Alert>}
      {(state === "unconfirmed" || state === "conflicting") && (
        <Alert type="warning" header={w[state]}>
          <SpaceBetween size="xs">
            <Box>{w.askFirst}</Box>
            <SpaceBetween size="xs" direction="horizontal">
              {candidates.map((candidate) => (
                <Button key={told(candidate)} onClick={() => confirm(candidate)}>
                  {`${w.confirm} ${told(candidate)}`}
                </Button>
              ))}
            </SpaceBetween>
          </SpaceBetween>
        </Alert>
      )}
    </SpaceBetween>
  );
}
