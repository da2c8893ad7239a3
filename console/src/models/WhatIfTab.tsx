import Alert from "@cloudscape-design/components/alert";
import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Icon from "@cloudscape-design/components/icon";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useCallback, useState } from "react";
import { models } from "../api/models";
import { fieldErrors } from "../api/problems";
import type { Answer, ModelField, ModelSummary } from "../api/types";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { points, share } from "../parts/figures";
import { useRead } from "../parts/useRead";
import { signed } from "../parts/words";
import { useWhatIf, type WhatIf } from "./useWhatIf";
import { differences, type Variant } from "./whatif";

/** Ask the model about somebody made up, and see what would change its mind. */
export function WhatIfTab({ model }: { model: ModelSummary }) {
  const { name } = model;
  const { value, error, reload } = useRead(useCallback(() => models.fields(name), [name]));
  if (!value) return error === null ? <Waiting /> : <Trouble error={error} retry={reload} />;
  return <Asking name={name} fields={value} />;
}

function Asking({ name, fields }: { name: string; fields: ModelField[] }) {
  const what = useWhatIf(name, fields);
  return (
    <SpaceBetween size="l">
      <div className="what-if">
        <Form fields={fields} what={what} />
        <SpaceBetween size="m">
          <Said what={what} />
        </SpaceBetween>
      </div>
      <Variants variants={what.variants} />
    </SpaceBetween>
  );
}

function Form({ fields, what }: { fields: ModelField[]; what: WhatIf }) {
  const { m } = useI18n();
  const [wanted, setWanted] = useState("");
  const told = fieldErrors(what.error);
  const given = fields.filter(({ name }) => (what.texts[name] ?? "") !== "").length;
  const shown = fields.filter(({ name }) => name.toLowerCase().includes(wanted.trim().toLowerCase()));
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={`(${given}/${fields.length})`}
          description={m.whatIfAbout}
          actions={<Button onClick={what.startOver}>{m.startOver}</Button>}
        >
          {m.fieldsOfModel}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {fields.length > 12 && (
          <Input
            type="search"
            value={wanted}
            ariaLabel={m.findField}
            placeholder={m.findField}
            clearAriaLabel={m.clear}
            onChange={({ detail }) => setWanted(detail.value)}
          />
        )}
        <div className="fields" role="group" aria-label={m.fieldsOfModel} tabIndex={0}>
          <ColumnLayout columns={3} minColumnWidth={190}>
            {shown.map((field) => (
              <FormField
                key={field.name}
                label={<span className="label-cell">{field.name}</span>}
                errorText={what.wrong.includes(field.name) ? m.notANumber : told[field.name]}
              >
                <Field field={field} text={what.texts[field.name] ?? ""} change={what.change} />
              </FormField>
            ))}
          </ColumnLayout>
        </div>
      </SpaceBetween>
    </Container>
  );
}

function Field({
  field: { name, kind, levels },
  text,
  change,
}: {
  field: ModelField;
  text: string;
  change: WhatIf["change"];
}) {
  const { m } = useI18n();
  if (kind === "category" || kind === "boolean") {
    const options = [
      { value: "", label: m.notGiven },
      ...(kind === "boolean"
        ? [
            { value: "true", label: m.yes },
            { value: "false", label: m.no },
          ]
        : levels.map((level) => ({ value: level, label: level }))),
    ];
    return (
      <Select
        selectedOption={options.find(({ value }) => value === text) ?? options[0] ?? null}
        options={options}
        filteringType={levels.length > 10 ? "auto" : "none"}
        expandToViewport
        onChange={({ detail }) => change(name, detail.selectedOption.value ?? "")}
      />
    );
  }
  return (
    <Input
      value={text}
      inputMode={kind === "number" ? "decimal" : "text"}
      placeholder={kind === "date" ? "2026-01-31" : m.notGiven}
      onChange={({ detail }) => change(name, detail.value)}
    />
  );
}

function Said({ what }: { what: WhatIf }) {
  const { m } = useI18n();
  const [first, last] = [what.variants[0], what.variants.at(-1)];
  return (
    <Container
      header={
        <Header variant="h2" info={last?.answer.synthetic ? <Badge color="grey">{m.syntheticShort}</Badge> : undefined}>
          {m.modelSays}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {Object.keys(fieldErrors(what.error)).length === 0 && <Trouble error={what.error} retry={what.retry} />}
        {first && last ? (
          <>
            <div role="status" aria-live="polite" aria-atomic="true" className={what.busy ? "stale" : undefined}>
              <div className="score">
                <span className="score-value" data-testid="probability">
                  {share(last.answer.probability)}
                </span>
                <Box color="text-body-secondary">
                  {m.scoreAxis} {last.answer.value} · {last.answer.version}
                </Box>
              </div>
              {last !== first && (
                <Box margin={{ top: "xs" }}>
                  {points(last.answer.probability - first.answer.probability)} {m.pointsFromFirst}
                </Box>
              )}
            </div>
            <Reasons answer={last.answer} />
          </>
        ) : (
          what.error === null && (what.busy ? <Waiting /> : <Box color="text-body-secondary">{m.giveAField}</Box>)
        )}
        <Alert type="info">{m.whatIfRecorded}</Alert>
      </SpaceBetween>
    </Container>
  );
}

function Reasons({ answer }: { answer: Answer }) {
  const { m, say } = useI18n();
  if (answer.reasons.length === 0) return null;
  return (
    <section aria-label={m.reasons}>
      <Box variant="h3">{m.reasons}</Box>
      <ul className="plain">
        {answer.reasons.map((reason) => {
          const raises = reason.direction === "raises";
          return (
            <li key={reason.code} className="reason">
              <Icon name={raises ? "arrow-up" : "arrow-down"} />
              <span>
                {say(reason)}{" "}
                <Box variant="small" color="text-body-secondary">
                  {raises ? m.raisesProbability : m.lowersProbability} ({signed(reason.log_odds)} {m.logOdds})
                </Box>
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Variants({ variants }: { variants: Variant[] }) {
  const { m } = useI18n();
  const first = variants[0];
  if (!first || variants.length < 2) return null;
  const changes = (variant: Variant) => {
    const found = differences(variant.row, first.row);
    if (found.length === 0) return m.asFirst;
    return found.map(([name, cell]) => `${name} = ${cell === null ? m.notGiven : String(cell)}`).join(", ");
  };
  return (
    <Table
      items={[...variants].reverse()}
      trackBy={({ id }) => String(id)}
      wrapLines
      ariaLabels={{ tableLabel: m.variants }}
      header={<Header variant="h2" description={m.variantsAbout}>{m.variants}</Header>}
      columnDefinitions={[
        {
          id: "what",
          header: m.changedFields,
          isRowHeader: true,
          minWidth: 150,
          cell: (variant) => <span className="wrap">{variant === first ? m.firstVariant : changes(variant)}</span>,
        },
        { id: "probability", header: m.probability, cell: ({ answer }) => share(answer.probability) },
        {
          id: "moved",
          header: m.moved,
          cell: ({ answer }) => points(answer.probability - first.answer.probability),
        },
      ]}
    />
  );
}
