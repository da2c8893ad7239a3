import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useCallback, useState } from "react";
import { admin, type Line } from "../api/admin";
import { useNarrow } from "../appearance";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { usePages } from "../parts/usePages";

const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];
const HOURS = ["1", "6", "24", "72"];
const options = (values: string[]) => values.map((value) => ({ value, label: value }));

/** Log lines of a function, of a level or of one request. */
export function LogsTab() {
  const { m } = useI18n();
  const [functions, setFunctions] = useState<string[]>([]);
  const [name, setName] = useState("identity_api");
  const [level, setLevel] = useState("");
  const [hours, setHours] = useState("1");
  const [typed, setTyped] = useState("");
  const [correlation, setCorrelation] = useState("");
  const { items, loading, error, reload, more } = usePages(
    useCallback(
      async (cursor: string | null) => {
        const page = await admin.logs({ function: name, level, correlation_id: correlation, hours }, cursor);
        setFunctions(page.functions);
        return page;
      },
      [name, level, correlation, hours],
    ),
  );
  const levels = [{ value: "", label: m.any }, ...options(LEVELS)];
  return (
    <SpaceBetween size="m">
      <form
        className="filters"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          setCorrelation(typed.trim());
        }}
      >
        <FormField label={m.account.function}>
          <Select
            filteringType="auto"
            selectedOption={{ value: name, label: name }}
            options={options(functions)}
            onChange={({ detail }) => setName(detail.selectedOption.value ?? name)}
          />
        </FormField>
        <FormField label={m.account.level}>
          <Select
            selectedOption={levels.find(({ value }) => value === level) ?? null}
            options={levels}
            onChange={({ detail }) => setLevel(detail.selectedOption.value ?? "")}
          />
        </FormField>
        <FormField label={m.account.hours}>
          <Select
            selectedOption={{ value: hours, label: hours }}
            options={options(HOURS)}
            onChange={({ detail }) => setHours(detail.selectedOption.value ?? "1")}
          />
        </FormField>
        <FormField label={m.account.correlation}>
          <Input type="search" value={typed} onChange={({ detail }) => setTyped(detail.value)} />
        </FormField>
      </form>
      <Trouble error={error} retry={reload} />
      <Lines items={items} loading={loading} more={more} reload={reload} />
    </SpaceBetween>
  );
}

function Lines({
  items,
  loading,
  more,
  reload,
}: {
  items: Line[];
  loading: boolean;
  more: (() => void) | null;
  reload: () => void;
}) {
  const { m } = useI18n();
  const narrow = useNarrow();
  const at = (line: Line) => <span className="nowrap">{new Date(line.at).toISOString().slice(11, 23)}</span>;
  const fields = (line: Line) =>
    Object.entries(line.fields)
      .map(([name, value]) => `${name}=${value}`)
      .join(" ");
  const message = (line: Line) => (
    <span className="wrap">
      {narrow && <>{at(line)} </>}
      {line.message}
      <Box variant="small" display="block">
        {[line.correlation_id, fields(line)].filter(Boolean).join(" · ")}
      </Box>
    </span>
  );
  const said: TableProps.ColumnDefinition<Line> = {
    id: "message",
    header: m.account.message,
    isRowHeader: true,
    cell: message,
  };
  const level: TableProps.ColumnDefinition<Line> = {
    id: "level",
    header: m.account.level,
    cell: (line) => line.level ?? m.nothing,
  };
  return (
    <Table
      items={items}
      loading={loading && items.length === 0}
      loadingText={m.loading}
      wrapLines
      ariaLabels={{ tableLabel: m.account.logs }}
      header={
        <Header
          counter={`(${items.length}${more ? "+" : ""})`}
          description={m.account.logsAbout}
          actions={
            <Button iconName="refresh" onClick={reload}>
              {m.account.refresh}
            </Button>
          }
        >
          {m.account.logs}
        </Header>
      }
      empty={<Box textAlign="center">{m.account.noLines}</Box>}
      footer={more ? <Button onClick={more}>{m.showMore}</Button> : undefined}
      columnDefinitions={narrow ? [said] : [{ id: "at", header: `${m.account.when} (UTC)`, cell: at }, level, said]}
    />
  );
}
