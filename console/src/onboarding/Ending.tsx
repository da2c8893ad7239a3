import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { openDocument } from "../api/documents";
import type { ApplicationView, Journey } from "../api/onboarding";
import { describe } from "../api/problems";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { useRead } from "../parts/useRead";
import { paperTitle } from "./DocumentsStep";

/** How it ended: welcome, with the documents, or in plain words what happened and what one can do. */
export function Ending({
  view,
  journey,
  startNew,
}: {
  view: ApplicationView;
  journey: Journey;
  startNew: (() => void) | null;
}) {
  const { m } = useI18n();
  const o = m.onboarding;
  const ending = o.endings[view.state as keyof typeof o.endings] as { title: string; about: string } | undefined;
  const again = startNew && <Button onClick={startNew}>{o.startNew}</Button>;
  if (ending)
    return (
      <Container header={<Header variant="h2">{ending.title}</Header>}>
        <SpaceBetween size="m">
          <div>{ending.about}</div>
          {again}
        </SpaceBetween>
      </Container>
    );
  return (
    <SpaceBetween size="m">
      <Container header={<Header variant="h2" description={o.activeAbout}>{o.activeTitle}</Header>}>
        <Downloads view={view} journey={journey} />
      </Container>
      {again}
    </SpaceBetween>
  );
}

function Downloads({ view, journey }: { view: ApplicationView; journey: Journey }) {
  const { m } = useI18n();
  const o = m.onboarding;
  const papers = useRead(journey.documents);
  const [failure, setFailure] = useState<unknown>(null);
  // A letter needs no signature and is not on the way, but among one's documents.
  const ids = papers.value?.length
    ? papers.value.map(({ document_id: id }) => id)
    : view.documents.map(({ document_id: id }) => id);
  return (
    <SpaceBetween size="s">
      <Trouble error={papers.error} retry={papers.reload} />
      <div role="alert">{failure !== null && <Alert type="error">{describe(failure, m)}</Alert>}</div>
      <ul className="plain papers">
        {ids.map((id, index) => {
          const known = papers.value?.find((paper) => paper.document_id === id);
          const title = paperTitle(known, o.documentKinds, `${o.document} ${index + 1}`);
          return (
            <li key={id}>
              <div className="path">
                <Box variant="h3">{title}</Box>
                <Button
                  iconName="download"
                  ariaLabel={`${o.download}: ${title}`}
                  onClick={() => void openDocument(() => journey.address(id)).catch(setFailure)}
                >
                  {o.download}
                </Button>
              </div>
            </li>
          );
        })}
      </ul>
    </SpaceBetween>
  );
}
