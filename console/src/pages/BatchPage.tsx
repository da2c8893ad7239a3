import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useCallback, useState } from "react";
import { useNavigate, useParams } from "react-router-dom";
import { batches } from "../api/batches";
import type { Batch } from "../api/types";
import { isOver, Progress, State } from "../batches/Progress";
import { useWatched } from "../batches/useWatched";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { count } from "../parts/figures";
import { useRead } from "../parts/useRead";
import { useTitle } from "../parts/useTitle";

/** One batch: how far it has come, what failed and why, and its files. */
export default function BatchPage() {
  const { batchId = "" } = useParams();
  return <OneBatch key={batchId} batchId={batchId} />;
}

function OneBatch({ batchId }: { batchId: string }) {
  const { m, moment } = useI18n();
  const navigate = useNavigate();
  const { value, error, reload } = useRead(useCallback(() => batches.one(batchId), [batchId]));
  useTitle(m.batch.title);
  useWatched(value !== null && !isOver(value), reload);
  if (!value) return error === null ? <Waiting /> : <Trouble error={error} retry={reload} />;
  const created = moment(value.created_at);
  return (
    <SpaceBetween size="s">
      <BreadcrumbGroup
        items={[
          { text: m.batch.title, href: "/batches" },
          { text: created, href: "#" },
        ]}
        onFollow={(event) => {
          event.preventDefault();
          if (event.detail.href !== "#") void navigate(event.detail.href);
        }}
      />
      <ContentLayout
        header={
          <Header variant="h1" actions={<Buttons batch={value} changed={reload} />}>
            {m.batch.tasks[value.model]} · {created}
          </Header>
        }
      >
        <SpaceBetween size="l">
          <Trouble error={error} retry={reload} />
          <Facts batch={value} />
          {value.errors.length > 0 && <Errors batch={value} />}
        </SpaceBetween>
      </ContentLayout>
    </SpaceBetween>
  );
}

function Facts({ batch }: { batch: Batch }) {
  const { m, moment, language } = useI18n();
  const at = (time: number | null | undefined) => (time ? moment(time) : m.nothing);
  return (
    <Container>
      <SpaceBetween size="m">
        <div role="status">
          <State batch={batch} />
        </div>
        <Progress batch={batch} />
        {batch.state === "awaiting_upload" && <Box>{m.batch.awaiting}</Box>}
        <KeyValuePairs
          columns={4}
          items={[
            { label: m.batch.rows, value: batch.rows ? count(batch.rows, language) : m.nothing },
            { label: m.version, value: batch.version ?? m.nothing },
            { label: m.batch.mode, value: m.batch.modes[batch.mode] },
            { label: m.batch.by, value: batch.created_by },
            { label: m.started, value: at(batch.started_at) },
            { label: m.batch.finished, value: at(batch.finished_at) },
          ]}
        />
      </SpaceBetween>
    </Container>
  );
}

function Errors({ batch }: { batch: Batch }) {
  const { m, language } = useI18n();
  if (batch.state === "failed")
    return (
      <div role="alert">
        <Alert type="error" header={m.batch.refused}>
          {batch.errors.map(({ row, column, message }) => (
            <div key={`${row} ${column}`}>
              {m.batch.row} {row}, {column}: {message}
            </div>
          ))}
        </Alert>
      </div>
    );
  const more = batch.rows_failed - batch.errors.length;
  return (
    <Table
      items={[...batch.errors]}
      wrapLines
      ariaLabels={{ tableLabel: m.batch.failures }}
      header={<Header counter={`(${count(batch.rows_failed, language)})`}>{m.batch.failures}</Header>}
      footer={more > 0 ? <Box textAlign="center">{m.batch.moreFailures}</Box> : undefined}
      columnDefinitions={[
        { id: "row", header: m.batch.row, isRowHeader: true, cell: ({ row }) => row },
        { id: "column", header: m.batch.column, cell: ({ column }) => <code>{column}</code> },
        { id: "message", header: m.batch.reason, cell: ({ message }) => message },
      ]}
    />
  );
}

function Buttons({ batch, changed }: { batch: Batch; changed: () => void }) {
  const { m } = useI18n();
  const [error, setError] = useState<unknown>(null);
  const attempt = (what: Promise<unknown>) => {
    setError(null);
    what.catch(setError);
  };
  // The file comes as an attachment: the page stays.
  const fetchFile = async (file: "results" | "failures") => location.assign(await batches.link(batch.batch_id, file));
  if (error !== null) return <Trouble error={error} retry={() => setError(null)} />;
  if (!isOver(batch))
    return <Button onClick={() => attempt(batches.cancel(batch.batch_id).then(changed))}>{m.batch.cancel}</Button>;
  if (!batch.state.startsWith("completed")) return null;
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button iconName="download" variant="primary" onClick={() => attempt(fetchFile("results"))}>
        {m.batch.results}
      </Button>
      {batch.rows_failed > 0 && (
        <Button iconName="download" onClick={() => attempt(fetchFile("failures"))}>
          {m.batch.failures}
        </Button>
      )}
    </SpaceBetween>
  );
}
