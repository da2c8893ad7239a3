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
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
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
import { count, points, share } from "../parts/figures";
import { useRead } from "../parts/useRead";
import { signed } from "../parts/words";
import { useWhatIf, type WhatIf } from "./useWhatIf";
import { differences, mainFigure, scaleOf, type Variant } from "./whatif";

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
  const { m, say } = useI18n();
  const [wanted, setWanted] = useState("");
  const told = fieldErrors(what.error);
  const given = fields.filter(({ name }) => (what.texts[name] ?? "") !== "").length;
  const sought = wanted.trim().toLowerCase();
  const shown = fields.filter((field) => `${field.name} ${say(field.label)}`.toLowerCase().includes(sought));
  const usual = fields.some(({ typical }) => typical != null);
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={`(${given}/${fields.length})`}
          description={fields.some(({ required }) => required) ? m.whatIfRequired : m.whatIfAbout}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {usual && <Button onClick={what.fillUsual}>{m.usualValues}</Button>}
              <Button onClick={what.startOver}>{m.startOver}</Button>
            </SpaceBetween>
          }
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
          <ColumnLayout columns={fields.length > 3 ? 3 : 1} minColumnWidth={190}>
            {shown.map((field) => (
              <FormField
                key={field.name}
                label={<span className="label-cell">{say(field.label)}</span>}
                description={<About field={field} />}
                constraintText={field.required ? m.requiredField : undefined}
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

/** The field's name in a row, its unit, and what most training rows held. */
function About({ field: { name, unit, low, high, levels, kind } }: { field: ModelField }) {
  const { m, say, language } = useI18n();
  const told = (value: number) => count(Number(value.toPrecision(3)), language);
  const usual = low == null || high == null || low === high ? null : `${told(low)}–${told(high)}`;
  const parts = [unit && say(unit), usual && `${m.usually} ${usual}`, kind === "list" && levels.join(", ")];
  return (
    <>
      <code>{name}</code>
      {parts.filter(Boolean).map((part) => ` · ${part}`)}
    </>
  );
}

function Field({ field, text, change }: { field: ModelField; text: string; change: WhatIf["change"] }) {
  const { m, say } = useI18n();
  const { name, kind } = field;
  const { levels } = field;
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
  const scale = scaleOf(field);
  const input = (
    <Input
      value={text}
      inputMode={kind === "number" ? "decimal" : "text"}
      placeholder={kind === "date" ? "2026-01-31" : (field.format ?? m.notGiven)}
      onChange={({ detail }) => change(name, detail.value)}
    />
  );
  if (!scale) return input;
  const position = Number(text.trim() === "" ? (field.typical ?? scale.min) : text);
  return (
    <div className="figure-input">
      {input}
      <input
        type="range"
        aria-label={`${m.slider}: ${say(field.label)}`}
        aria-valuetext={text.trim() === "" ? m.notGiven : text}
        min={scale.min}
        max={scale.max}
        step={scale.step}
        value={Number.isFinite(position) ? position : scale.min}
        onChange={(event) => change(name, String(Number(Number(event.target.value).toPrecision(8))))}
      />
    </div>
  );
}

function Said({ what }: { what: WhatIf }) {
  const { m, say } = useI18n();
  const [first, last] = [what.variants[0], what.variants.at(-1)];
  const still =
    what.lacking.length > 0 ? `${m.giveRequired}: ${what.lacking.map(({ label }) => say(label)).join(", ")}` : m.giveAField;
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
              <Headline answer={last.answer} />
              {last !== first && <Moved from={first.answer} to={last.answer} />}
            </div>
            <Outputs answer={last.answer} />
            <Classes answer={last.answer} />
            <Reasons answer={last.answer} />
            {last.answer.warnings.map((warning) => (
              <Alert key={warning.en} type="warning">
                {say(warning)}
              </Alert>
            ))}
          </>
        ) : (
          what.error === null && (what.busy ? <Waiting /> : <Box color="text-body-secondary">{still}</Box>)
        )}
        <Alert type="info">{m.whatIfRecorded}</Alert>
      </SpaceBetween>
    </Container>
  );
}

function Headline({ answer: { probability, value, label, version } }: { answer: Answer }) {
  const { m, say } = useI18n();
  return (
    <div className="score">
      {label && (
        <span className="answer-value" data-testid="answer">
          {say(label)}
        </span>
      )}
      {probability != null && (
        <span className={label ? undefined : "score-value"} data-testid="probability">
          {share(probability)}
        </span>
      )}
      <Box color="text-body-secondary">{label || value == null ? version : `${m.scoreAxis} ${value} · ${version}`}</Box>
    </div>
  );
}

function Moved({ from, to }: { from: Answer; to: Answer }) {
  const { m } = useI18n();
  if (from.probability == null || to.probability == null || from.answer !== to.answer) return null;
  return (
    <Box margin={{ top: "xs" }}>
      {points(to.probability - from.probability)} {m.pointsFromFirst}
    </Box>
  );
}

function Outputs({ answer: { outputs } }: { answer: Answer }) {
  const { m, say, language } = useI18n();
  if (outputs.length === 0) return null;
  return (
    <section aria-label={m.figuresSaid}>
      <KeyValuePairs
        columns={outputs.length > 2 ? 3 : 2}
        items={outputs.map(({ label, value, unit }) => ({
          label: say(label),
          value: typeof value === "number" ? `${count(value, language)}${unit ? ` ${say(unit)}` : ""}` : value,
        }))}
      />
    </section>
  );
}

const MOST_CLASSES = 5;

function Classes({ answer: { classes } }: { answer: Answer }) {
  const { m, say } = useI18n();
  if (classes.length === 0) return null;
  return (
    <section aria-label={m.likeliest}>
      <Box variant="h3">{m.likeliest}</Box>
      <ol className="plain">
        {classes.slice(0, MOST_CLASSES).map(({ code, label, probability }) => (
          <li key={code}>
            {say(label)} {share(probability)}
          </li>
        ))}
      </ol>
    </section>
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
              {reason.direction && <Icon name={raises ? "arrow-up" : "arrow-down"} />}
              <span>
                {say(reason)}{" "}
                {reason.log_odds != null && (
                  <Box variant="small" color="text-body-secondary">
                    {raises ? m.raisesProbability : m.lowersProbability} ({signed(reason.log_odds)} {m.logOdds})
                  </Box>
                )}
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
        { id: "answer", header: m.answerOfModel, cell: ({ answer }) => <Short answer={answer} /> },
        {
          id: "moved",
          header: m.moved,
          cell: ({ answer }) =>
            answer.probability == null || first.answer.probability == null || answer.answer !== first.answer.answer
              ? m.nothing
              : points(answer.probability - first.answer.probability),
        },
      ]}
    />
  );
}

/** An answer in one cell. */
function Short({ answer }: { answer: Answer }) {
  const { say, m, language } = useI18n();
  const figure = mainFigure(answer);
  const number = answer.probability != null ? share(answer.probability) : figure !== null && count(figure, language);
  return <>{[answer.label && say(answer.label), number].filter(Boolean).join(" · ") || m.nothing}</>;
}
