import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useCallback, useState, type ReactNode } from "react";
import { useSearchParams } from "react-router-dom";
import { useNarrow } from "../appearance";
import { documents, openDocument, type Document } from "../api/documents";
import { describe } from "../api/problems";
import { useI18n } from "../i18n/context";
import { paperTitle } from "../onboarding/DocumentsStep";
import { Trouble } from "../parts/Trouble";
import { usePages } from "../parts/usePages";
import { useTitle } from "../parts/useTitle";
import { useSession } from "../session";

const NOTHING = { items: [], next_cursor: null };

/** A customer's own documents; those of one application for operators. */
export default function DocumentsPage() {
  const { m } = useI18n();
  const o = m.onboarding;
  const { isLead } = useSession();
  const [search, setSearch] = useSearchParams();
  const application = search.get("application") ?? "";
  useTitle(o.myDocuments);
  const read = useCallback(
    (cursor: string | null) =>
      isLead && application === ""
        ? Promise.resolve(NOTHING)
        : documents.list(application ? { application_id: application } : {}, cursor),
    [isLead, application],
  );
  const { items, loading, error, reload, more } = usePages<Document>(read);
  return (
    <SpaceBetween size="m">
      <Header
        variant="h1"
        actions={
          <Button iconName="refresh" loading={loading} onClick={reload}>
            {o.refresh}
          </Button>
        }
      >
        {o.myDocuments}
      </Header>
      {isLead && (
        <Which
          key={application}
          given={application}
          show={(id) => setSearch(id ? { application: id } : {}, { replace: true })}
        />
      )}
      <Trouble error={error} retry={reload} />
      <Found
        found={items}
        loading={loading}
        footer={more && <Button onClick={more}>{m.showMore}</Button>}
      />
    </SpaceBetween>
  );
}

function Which({ given, show }: { given: string; show: (id: string) => void }) {
  const { m } = useI18n();
  const [id, setId] = useState(given);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        show(id.trim());
      }}
    >
      <FormField label={m.onboarding.findDocuments} stretch>
        <div className="assign">
          <Input value={id} onChange={({ detail }) => setId(detail.value)} />
          <Button formAction="submit">{m.onboarding.show}</Button>
        </div>
      </FormField>
    </form>
  );
}

function Found({ found, loading, footer }: { found: Document[]; loading: boolean; footer: ReactNode }) {
  const { m, moment } = useI18n();
  const o = m.onboarding;
  const narrow = useNarrow();
  const [failure, setFailure] = useState<unknown>(null);
  const title = (of: Document) => paperTitle(of, o.documentKinds, of.title);
  const standing = (of: Document) => (
    <StatusIndicator type={of.state === "discarded" ? "stopped" : of.state === "draft" ? "pending" : "success"}>
      {o.documentStates[of.state] ?? of.state}
    </StatusIndicator>
  );
  const open: TableProps.ColumnDefinition<Document> = {
    id: "open",
    header: o.download,
    cell: (of) =>
      of.state !== "discarded" && (
        <Button
          variant="inline-icon"
          iconName="download"
          ariaLabel={`${o.download}: ${title(of)}`}
          onClick={() => {
            setFailure(null);
            void openDocument(() => documents.address(of.document_id)).catch(setFailure);
          }}
        />
      ),
  };
  const wide: TableProps.ColumnDefinition<Document>[] = [
    { id: "document", header: o.document, isRowHeader: true, cell: title },
    { id: "state", header: o.standing, cell: standing },
    { id: "made", header: o.made, cell: (of) => <span className="nowrap">{moment(of.made_at)}</span> },
    { id: "revision", header: o.revisionNo, cell: (of) => of.revision },
    open,
  ];
  const phone: TableProps.ColumnDefinition<Document>[] = [
    {
      id: "document",
      header: o.document,
      isRowHeader: true,
      cell: (of) => (
        <>
          {title(of)}
          <Box variant="small" display="block">
            {moment(of.made_at)}
          </Box>
          {standing(of)}
        </>
      ),
    },
    open,
  ];
  return (
    <SpaceBetween size="s">
      <div role="alert">{failure !== null && <Alert type="error">{describe(failure, m)}</Alert>}</div>
      <Table
        items={found}
        loading={loading && found.length === 0}
        loadingText={m.loading}
        trackBy="document_id"
        wrapLines
        ariaLabels={{ tableLabel: o.myDocuments }}
        empty={<Box textAlign="center">{o.noDocuments}</Box>}
        footer={footer ? <Box textAlign="center">{footer}</Box> : undefined}
        columnDefinitions={narrow ? phone : wide}
      />
    </SpaceBetween>
  );
}
