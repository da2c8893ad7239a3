import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FileUpload from "@cloudscape-design/components/file-upload";
import FormField from "@cloudscape-design/components/form-field";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useCallback, useState } from "react";
import { useNavigate } from "react-router-dom";
import { Panel } from "../analytics/Panel";
import { batches, upload } from "../api/batches";
import { describe } from "../api/problems";
import type { BatchColumns, BatchMode, BatchTask } from "../api/types";
import { useI18n } from "../i18n/context";
import { Waiting } from "../parts/Waiting";
import { count } from "../parts/figures";
import { useRead } from "../parts/useRead";
import { formatOf, save, size, template } from "./template";

const TASKS: BatchTask[] = ["churn", "credit", "fraud", "segment", "lifetime-value"];

/** Choose a model, see what its file looks like, upload one. */
export function NewBatch() {
  const { m } = useI18n();
  const [model, setModel] = useState<BatchTask>("churn");
  const [mode, setMode] = useState<BatchMode | null>(null);
  const reading = useRead(useCallback(() => batches.columns(model, mode), [model, mode]));
  const options = TASKS.map((value) => ({ value, label: m.batch.tasks[value] }));
  return (
    <Panel title={m.batch.new} about={m.batch.newAbout} reading={reading}>
      {(expected) => (
        <SpaceBetween size="m">
          <FormField label={m.model}>
            <Select
              selectedOption={options.find(({ value }) => value === model) ?? null}
              options={options}
              onChange={({ detail }) => {
                setModel(detail.selectedOption.value as BatchTask);
                setMode(null);
              }}
            />
          </FormField>
          {expected.model === model && expected.modes.length > 1 && (
            <SegmentedControl
              label={m.batch.mode}
              selectedId={mode ?? expected.mode}
              options={expected.modes.map((id) => ({ id, text: m.batch.modes[id] }))}
              onChange={({ detail }) => setMode(detail.selectedId as BatchMode)}
            />
          )}
          {expected.model === model && (mode === null || expected.mode === mode) ? (
            <>
              <Expected expected={expected} />
              <Upload key={`${expected.model} ${expected.mode}`} expected={expected} />
            </>
          ) : (
            // What is still shown is of the model before.
            <Waiting />
          )}
        </SpaceBetween>
      )}
    </Panel>
  );
}

function Expected({ expected }: { expected: BatchColumns }) {
  const { m, say } = useI18n();
  return (
    <SpaceBetween size="xs">
      <ExpandableSection headerText={`${m.batch.columns} (${expected.columns.length})`}>
        <Table
          variant="embedded"
          items={expected.columns}
          trackBy="name"
          wrapLines
          ariaLabels={{ tableLabel: m.batch.columns }}
          columnDefinitions={[
            { id: "name", header: m.batch.column, isRowHeader: true, cell: ({ name }) => <code>{name}</code> },
            { id: "label", header: m.batch.meaning, cell: ({ label }) => say(label) },
            { id: "example", header: m.batch.usual, cell: ({ example }) => example || m.nothing },
          ]}
        />
      </ExpandableSection>
      <Box variant="small">{m.batch.columnsAbout}</Box>
      <Button iconName="download" onClick={() => save(`${expected.model}-${expected.mode}.csv`, template(expected))}>
        {m.batch.template}
      </Button>
    </SpaceBetween>
  );
}

function Upload({ expected }: { expected: BatchColumns }) {
  const { m, language } = useI18n();
  const navigate = useNavigate();
  const [file, setFile] = useState<File | null>(null);
  const [share, setShare] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const limits = `${count(expected.most_rows, language)} ${m.batch.rowsMany} · ${size(expected.most_bytes)}`;
  const tooLarge = file !== null && file.size > expected.most_bytes;

  async function start(chosen: File) {
    setShare(0);
    setError(null);
    try {
      const { model, mode } = expected;
      const started = await batches.create({ model, mode, format: formatOf(chosen.name), language });
      await upload(started.upload_url, chosen, setShare);
      void navigate(`/batches/${encodeURIComponent(started.batch.batch_id)}`);
    } catch (problem) {
      setError(problem);
      setShare(null);
    }
  }

  return (
    <SpaceBetween size="s">
      <FormField label={m.batch.file} description={`${m.batch.fileRule} ${m.batch.atMost} ${limits}`}>
        <FileUpload
          value={file ? [file] : []}
          accept=".csv,.jsonl,.ndjson,text/csv"
          showFileSize
          errorText={tooLarge ? `${m.batch.tooLarge} ${limits}` : undefined}
          i18nStrings={{
            uploadButtonText: () => m.batch.choose,
            dropzoneText: () => m.batch.drop,
            removeFileAriaLabel: () => m.batch.remove,
            limitShowFewer: m.close,
            limitShowMore: m.showMore,
            errorIconAriaLabel: m.failed,
          }}
          onChange={({ detail }) => setFile(detail.value[0] ?? null)}
        />
      </FormField>
      {share !== null && (
        <ProgressBar value={100 * share} label={m.batch.uploading} description={share === 1 ? m.batch.arrived : ""} />
      )}
      {error !== null && (
        <div role="alert">
          <Alert type="error" header={m.batch.notUploaded}>
            {describe(error, m)}
          </Alert>
        </div>
      )}
      <Button
        variant="primary"
        disabled={file === null || tooLarge}
        loading={share !== null}
        onClick={() => file && void start(file)}
      >
        {m.batch.start}
      </Button>
    </SpaceBetween>
  );
}
