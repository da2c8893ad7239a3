import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { batches } from "../api/batches";
import { BatchTable } from "../batches/BatchTable";
import { NewBatch } from "../batches/NewBatch";
import { useWatched } from "../batches/useWatched";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { usePages } from "../parts/usePages";
import { useTitle } from "../parts/useTitle";

/** A new batch, and what became of the others. */
export default function BatchesPage() {
  const { m } = useI18n();
  const pages = usePages(batches.page);
  useTitle(m.batch.title);
  useWatched(
    pages.items.some(({ state }) => state === "running") && !pages.loading,
    pages.reload,
  );
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={m.batch.about}>
          {m.batch.title}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <NewBatch />
        <Trouble error={pages.error} retry={pages.reload} />
        <BatchTable pages={pages} />
      </SpaceBetween>
    </ContentLayout>
  );
}
