import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useCallback, useState } from "react";
import { models } from "../api/models";
import type { ArmFigures, ModelSummary, ModelVersion, SplitFigures } from "../api/types";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { count, decimal, share, withInterval } from "../parts/figures";
import { useRead } from "../parts/useRead";
import { metricsOf, rowsOf } from "./evidence";
import { questionOf } from "./words";

/** How good a version was on held-out data, beside its baselines, and how the versions in service do. */
export function PerformanceTab({ model }: { model: ModelSummary }) {
  const { m } = useI18n();
  const { name, rollout } = model;
  const { value, error, reload } = useRead(useCallback(() => models.performance(name), [name]));
  const [chosen, choose] = useState(rollout.champion);
  if (!value) return error === null ? <Waiting /> : <Trouble error={error} retry={reload} />;
  const version = value.versions.find((found) => found.version === chosen) ?? model.champion;
  return (
    <SpaceBetween size="l">
      <Trouble error={error} retry={reload} />
      {value.versions.length > 1 && (
        <FormField label={m.version}>
          <Select
            selectedOption={{ value: version.version, label: version.version }}
            options={value.versions.map((found) => ({ value: found.version, label: found.version }))}
            onChange={({ detail }) => choose(detail.selectedOption.value ?? chosen)}
          />
        </FormField>
      )}
      <About version={version} />
      {version.evaluation.length === 0 && <Box color="text-body-secondary">{m.noEvaluation}</Box>}
      {version.evaluation.map((split) => <Split key={split.split} split={split} name={name} version={version} />)}
      {version.by_row && <Live figures={value.live} days={value.days} />}
    </SpaceBetween>
  );
}

function About({ version }: { version: ModelVersion }) {
  const { m } = useI18n();
  return (
    <Container header={<Header variant="h2">{`${version.name} ${version.version}`}</Header>}>
      <KeyValuePairs
        columns={3}
        items={[
          { label: m.question, value: questionOf(version, m) || m.nothing },
          { label: m.trainedOn, value: version.trained_on },
          { label: m.trainedAt, value: version.created.slice(0, 10) },
        ]}
      />
    </Container>
  );
}

function Split({ split, name, version }: { split: SplitFigures; name: string; version: ModelVersion }) {
  const { m, language } = useI18n();
  const rows = rowsOf(split, name);
  const facts = [
    version.synthetic ? m.syntheticData : null,
    `${count(split.rows, language)} ${m.rows}`,
    split.prevalence === null ? null : `${m.prevalence} ${share(split.prevalence)}`,
    m.intervalNote,
  ];
  return (
    <Table
      items={rows}
      trackBy="label"
      ariaLabels={{ tableLabel: split.split }}
      header={
        <Header variant="h2" description={facts.filter(Boolean).join(" · ")}>
          {split.split}
        </Header>
      }
      columnDefinitions={[
        {
          id: "label",
          header: m.model,
          isRowHeader: true,
          cell: ({ label, own }) => <span className="label-cell">{own ? <b>{label}</b> : label}</span>,
        },
        ...metricsOf(rows).map((metric) => ({
          id: metric,
          header: m.metricNames[metric] ?? metric,
          cell: ({ figures, own }: (typeof rows)[number]) => {
            const figure = figures[metric];
            const told = figure ? withInterval(figure) : m.nothing;
            return <span className="nowrap">{own ? <b>{told}</b> : told}</span>;
          },
        })),
      ]}
    />
  );
}

function Live({ figures, days }: { figures: ArmFigures[]; days: number }) {
  const { m, language } = useI18n();
  const orNothing = (value: number | null, tell: (value: number) => string) => (value === null ? m.nothing : tell(value));
  return (
    <Table
      items={figures}
      trackBy={({ version, arm }) => `${version} ${arm}`}
      ariaLabels={{ tableLabel: m.liveFigures }}
      header={
        <Header variant="h2" description={`${m.liveAbout} ${days} ${m.days}`}>
          {m.liveFigures}
        </Header>
      }
      empty={<Box textAlign="center">{m.noPredictions}</Box>}
      columnDefinitions={[
        { id: "version", header: m.version, isRowHeader: true, cell: ({ version, arm }) => `${version} · ${m.arms[arm]}` },
        { id: "predictions", header: m.predictions, cell: ({ predictions }) => count(predictions, language) },
        { id: "labelled", header: m.labelled, cell: ({ labelled }) => count(labelled, language) },
        { id: "predicted", header: m.predicted, cell: ({ predicted }) => orNothing(predicted, share) },
        { id: "observed", header: m.observed, cell: ({ observed }) => orNothing(observed, share) },
        { id: "brier", header: "Brier", cell: ({ brier }) => orNothing(brier, decimal) },
        {
          id: "auc",
          header: m.aucInterval,
          cell: ({ auc }) => <span className="nowrap">{auc ? withInterval(auc) : m.nothing}</span>,
        },
      ]}
    />
  );
}
