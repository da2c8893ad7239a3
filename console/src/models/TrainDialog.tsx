import Alert from "@cloudscape-design/components/alert";
import Checkbox from "@cloudscape-design/components/checkbox";
import FileUpload from "@cloudscape-design/components/file-upload";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { describe } from "../api/problems";
import { training } from "../api/training";
import { useI18n } from "../i18n/context";
import { Question } from "../parts/Question";

const EMPTY = { target: "", positive: "", group: "", time: "" };

/** Asks what to learn from: what is here, or a file with its columns named. */
export function TrainDialog({ name, close, started }: { name: string; close: () => void; started: () => void }) {
  const { m } = useI18n();
  const [own, setOwn] = useState(false);
  const [files, setFiles] = useState<File[]>([]);
  const [roles, setRoles] = useState(EMPTY);
  const [note, setNote] = useState("");
  const [synthetic, setSynthetic] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const file = files[0];

  async function answer() {
    setBusy(true);
    setRefusal(null);
    try {
      const table = own && file ? { ...roles, table_id: await training.upload(name, file), drop: [] } : null;
      await training.start(name, note.trim(), synthetic, table);
      started();
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  }

  const role = (key: keyof typeof EMPTY, label: string, hint: string) => (
    <FormField label={label} description={hint}>
      <Input value={roles[key]} onChange={({ detail }) => setRoles((known) => ({ ...known, [key]: detail.value }))} />
    </FormField>
  );
  const free = (label: string) => `${label} (${m.optional})`;
  return (
    <Question
      visible
      title={m.trainNow}
      close={close}
      label={m.trainNow}
      busy={busy}
      ready={!own || (file !== undefined && roles.target.trim() !== "")}
      answer={() => void answer()}
    >
      <SpaceBetween size="m">
        <FormField label={m.learnFrom}>
          <RadioGroup
            value={own ? "table" : "tenant"}
            onChange={({ detail }) => setOwn(detail.value === "table")}
            items={[
              { value: "tenant", label: m.trainFromTenant, description: m.trainFromTenantAbout },
              { value: "table", label: m.trainFromTable, description: m.trainFromTableAbout },
            ]}
          />
        </FormField>
        {own && (
          <>
            <FormField label={m.tableFile}>
              <FileUpload
                value={files}
                onChange={({ detail }) => setFiles(detail.value)}
                accept=".csv,.gz,.parquet"
                showFileSize
                i18nStrings={{
                  uploadButtonText: () => m.chooseTable,
                  dropzoneText: () => m.chooseTable,
                  removeFileAriaLabel: () => m.cancel,
                  limitShowFewer: "",
                  limitShowMore: "",
                  errorIconAriaLabel: m.failed,
                }}
              />
            </FormField>
            {role("target", m.targetColumn, "")}
            {role("positive", free(m.positiveValue), m.positiveHint)}
            {role("group", free(m.groupColumn), m.groupHint)}
            {role("time", free(m.timeColumn), m.timeHint)}
          </>
        )}
        <Checkbox checked={synthetic} onChange={({ detail }) => setSynthetic(detail.checked)}>
          {m.madeUp}
        </Checkbox>
        <FormField label={free(m.trainingNote)}>
          <Input value={note} onChange={({ detail }) => setNote(detail.value)} />
        </FormField>
        {refusal !== null && (
          <div role="alert">
            <Alert type="error">{describe(refusal, m)}</Alert>
          </div>
        )}
      </SpaceBetween>
    </Question>
  );
}
