import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useCallback, useState } from "react";
import { admin, type AuditEntry, type AuditPage } from "../api/admin";
import { useNarrow } from "../appearance";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { usePages } from "../parts/usePages";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What was done on a day, by whom, and whether the record is as it was written. */
export function AuditTab() {
  const { m } = useI18n();
  const [day, setDay] = useState(() => new Date().toISOString().slice(0, 10));
  const [action, setAction] = useState("");
  const [typed, setTyped] = useState("");
  const [person, setPerson] = useState("");
  const [integrity, setIntegrity] = useState<AuditPage["integrity"]>(null);
  const wanted = DAY.test(day) ? day : "";
  const { items, loading, error, reload, more } = usePages(
    useCallback(
      async (cursor: string | null) => {
        const page = await admin.audit(wanted, action, person, cursor);
        if (cursor === null) setIntegrity(page.integrity);
        return page;
      },
      [wanted, action, person],
    ),
  );
  const actions = [
    { value: "", label: m.any },
    ...Object.entries(m.account.actions).map(([value, label]) => ({ value, label })),
  ];
  return (
    <SpaceBetween size="m">
      <form
        className="filters"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          setPerson(typed.trim());
        }}
      >
        <FormField label={m.account.day}>
          <Input value={day} onChange={({ detail }) => setDay(detail.value)} placeholder="2026-01-31" />
        </FormField>
        <FormField label={m.account.action}>
          <Select
            selectedOption={actions.find(({ value }) => value === action) ?? null}
            options={actions}
            onChange={({ detail }) => setAction(detail.selectedOption.value ?? "")}
          />
        </FormField>
        <FormField label={m.account.findPerson}>
          <Input type="search" value={typed} onChange={({ detail }) => setTyped(detail.value)} />
        </FormField>
      </form>
      <Trouble error={error} retry={reload} />
      <div role="status">
        {integrity && (
          <Alert type={integrity.intact ? "success" : "error"}>
            {integrity.intact
              ? `${m.account.intact}: ${integrity.events} ${m.account.entries}`
              : `${m.account.broken} ${integrity.broken_at ?? ""} (${integrity.problem ?? ""})`}
          </Alert>
        )}
      </div>
      <Entries items={items} loading={loading} more={more} reload={reload} />
    </SpaceBetween>
  );
}

function Entries({
  items,
  loading,
  more,
  reload,
}: {
  items: AuditEntry[];
  loading: boolean;
  more: (() => void) | null;
  reload: () => void;
}) {
  const { m, moment } = useI18n();
  const narrow = useNarrow();
  const what = ({ entry }: AuditEntry) => m.account.actions[entry.action] ?? entry.action;
  const told = ({ entry }: AuditEntry) =>
    [entry.subject, ...Object.entries(entry.data ?? {}).map(([name, value]) => `${name}: ${value}`)]
      .filter(Boolean)
      .join(" · ");
  const wide: TableProps.ColumnDefinition<AuditEntry>[] = [
    { id: "when", header: m.account.when, cell: ({ entry }) => <span className="nowrap">{moment(entry.at)}</span> },
    { id: "what", header: m.account.action, isRowHeader: true, cell: what },
    { id: "who", header: m.account.who, cell: ({ actor }) => actor ?? m.account.nobody },
    { id: "whom", header: m.account.whom, cell: ({ person }) => person ?? m.nothing },
    { id: "from", header: m.account.address, cell: ({ entry }) => entry.address ?? m.nothing },
    { id: "details", header: m.account.details, cell: (of) => <span className="wrap">{told(of) || m.nothing}</span> },
  ];
  const phone: TableProps.ColumnDefinition<AuditEntry>[] = [
    {
      id: "what",
      header: m.account.action,
      isRowHeader: true,
      cell: (of) => (
        <>
          {what(of)}
          <Box variant="small" display="block">
            {moment(of.entry.at)} · {of.actor ?? m.account.nobody}
            {of.person && of.person !== of.actor && ` → ${of.person}`} · {of.entry.address}
          </Box>
          <Box variant="small" display="block">
            <span className="wrap">{told(of)}</span>
          </Box>
        </>
      ),
    },
  ];
  return (
    <Table
      items={items}
      loading={loading && items.length === 0}
      loadingText={m.loading}
      trackBy={({ entry }) => String(entry.seq)}
      wrapLines
      ariaLabels={{ tableLabel: m.account.audit }}
      header={
        <Header
          counter={`(${items.length}${more ? "+" : ""})`}
          actions={
            <Button iconName="refresh" onClick={reload}>
              {m.account.refresh}
            </Button>
          }
        >
          {m.account.audit}
        </Header>
      }
      empty={<Box textAlign="center">{m.account.noEntries}</Box>}
      footer={more ? <Button onClick={more}>{m.showMore}</Button> : undefined}
      columnDefinitions={narrow ? phone : wide}
    />
  );
}
