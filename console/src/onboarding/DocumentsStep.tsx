import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useState } from "react";
import { openDocument } from "../api/documents";
import type { ApplicationView, Journey, Paper } from "../api/onboarding";
import { describe, fieldErrors } from "../api/problems";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { useRead } from "../parts/useRead";

/** Read each document, then sign it; the next one opens when the one before is signed. */
export function DocumentsStep({
  view,
  journey,
  take,
}: {
  view: ApplicationView;
  journey: Journey;
  take: (view: ApplicationView) => void;
}) {
  const { m } = useI18n();
  const o = m.onboarding;
  const papers = useRead(journey.documents);
  // By a link a document's name is known when it is read.
  const [titles, setTitles] = useState<Record<string, string>>({});
  const next = view.documents.find(({ signed }) => !signed)?.document_id;
  return (
    <Container header={<Header variant="h2" description={o.documentsAbout}>{o.documentsTitle}</Header>}>
      <SpaceBetween size="l">
        <Trouble error={papers.error} retry={papers.reload} />
        <ol className="plain papers">
          {view.documents.map(({ document_id: id, signed }, index) => {
            const paper = papers.value?.find((known) => known.document_id === id);
            const title = paperTitle(paper, o.documentKinds, titles[id] ?? `${o.document} ${index + 1}`);
            return (
              <li key={id}>
                <SpaceBetween size="s">
                  <div className="path">
                    <Box variant="h3">{title}</Box>
                    <StatusIndicator type={signed ? "success" : "pending"}>
                      {signed ? o.signed : o.unsigned}
                    </StatusIndicator>
                  </div>
                  <OnePaper
                    id={id}
                    title={title}
                    due={id === next}
                    journey={journey}
                    take={take}
                    named={(name) => setTitles((known) => ({ ...known, [id]: name }))}
                  />
                </SpaceBetween>
              </li>
            );
          })}
        </ol>
      </SpaceBetween>
    </Container>
  );
}

/** A document's name in the reader's language. */
export function paperTitle(paper: Pick<Paper, "kind" | "title"> | undefined, kinds: Record<string, string>, otherwise: string): string {
  return paper ? (kinds[paper.kind] ?? paper.title) : otherwise;
}

function OnePaper({
  id,
  title,
  due,
  journey,
  take,
  named,
}: {
  id: string;
  title: string;
  due: boolean;
  journey: Journey;
  take: (view: ApplicationView) => void;
  named: (name: string) => void;
}) {
  const { m } = useI18n();
  const o = m.onboarding;
  const [name, setName] = useState("");
  const [hasRead, setHasRead] = useState(false);
  const [busy, setBusy] = useState("");
  const [failure, setFailure] = useState<unknown>(null);
  const wrong = fieldErrors(failure).name !== undefined;

  async function run(what: string, work: () => Promise<void>) {
    setBusy(what);
    setFailure(null);
    try {
      await work();
    } catch (error) {
      setFailure(error);
    }
    setBusy("");
  }

  const read = () =>
    run("read", async () => {
      const { title: name } = await openDocument(() => journey.address(id));
      setHasRead(true);
      if (name) named(name);
    });
  const sign = () => run("sign", async () => take(await journey.sign(id, name.trim())));
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (hasRead && name.trim() && busy === "") void sign();
      }}
    >
      <SpaceBetween size="s">
        <Button
          formAction="none"
          iconName="external"
          iconAlign="right"
          loading={busy === "read"}
          ariaLabel={`${o.read}: ${title} (${o.opensTab})`}
          onClick={() => void read()}
        >
          {o.read}
        </Button>
        <div role="alert">
          {failure !== null && !wrong && <Alert type="error">{describe(failure, m)}</Alert>}
        </div>
        {due && (
          <FormField
            label={o.signAs}
            constraintText={hasRead ? undefined : o.readFirst}
            errorText={wrong ? o.signWrong : undefined}
            stretch
          >
            <div className="assign">
              <Input
                value={name}
                name="signature"
                autoComplete="name"
                disabled={!hasRead}
                onChange={({ detail }) => setName(detail.value)}
              />
              <Button
                variant="primary"
                formAction="submit"
                disabled={!hasRead || name.trim() === ""}
                loading={busy === "sign"}
                ariaLabel={`${o.sign}: ${title}`}
              >
                {o.sign}
              </Button>
            </div>
          </FormField>
        )}
      </SpaceBetween>
    </form>
  );
}
