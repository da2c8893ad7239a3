import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import ContentLayout from "@cloudscape-design/components/content-layout";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import type { ReactNode } from "react";
import { useNarrow } from "../appearance";
import { models } from "../api/models";
import type { DriftReport, ModelSummary } from "../api/types";
import { useI18n } from "../i18n/context";
import { DriftState } from "../models/DriftState";
import { headline } from "../models/evidence";
import { questionOf } from "../models/words";
import { PageLink } from "../parts/PageLink";
import { Trouble } from "../parts/Trouble";
import { share, withInterval } from "../parts/figures";
import { useRead } from "../parts/useRead";
import { useTitle } from "../parts/useTitle";

type Line = ModelSummary & { report: DriftReport | undefined };
// A look makes a report on each version in service: the champion's is among so many.
const VERSIONS_IN_SERVICE = 3;

/** The models with their champions' last reports. The list of states does not say whether a report saw enough to decide. */
async function read(): Promise<Line[]> {
  return Promise.all(
    (await models.list()).map(async (model) => {
      const reports = model.champion.watched ? await models.reports(model.name, VERSIONS_IN_SERVICE) : [];
      return { ...model, report: reports.find(({ version }) => version === model.rollout.champion) };
    }),
  );
}

/** Every model in service: what it answers, how well, and whether its world has moved. */
export default function ModelsPage() {
  const { m, moment } = useI18n();
  const narrow = useNarrow();
  const { value, error, loading, reload } = useRead(read);
  useTitle(m.models);
  const name = (model: Line) => (
    <>
      <PageLink to={`/models/${encodeURIComponent(model.name)}`}>{model.name}</PageLink> {model.rollout.champion}{" "}
      {model.champion.synthetic && <Badge color="grey">{m.syntheticShort}</Badge>}
    </>
  );
  const figure = (model: Line): ReactNode => {
    const found = headline(model.champion);
    if (!found) return m.noEvidence;
    return (
      <span className="nowrap">
        {m.metricNames[found.metric] ?? found.metric} {withInterval(found)}
      </span>
    );
  };
  const prevalence = (model: Line) => {
    const split = model.champion.evaluation[0];
    return split?.prevalence == null ? m.nothing : share(split.prevalence);
  };
  const drift = ({ champion, report }: Line): ReactNode =>
    champion.watched ? (
      <>
        <DriftState verdict={report?.verdict ?? null} missing={report?.rows_missing} />
        {report && (
          <Box variant="small" display="block" color="text-body-secondary">
            {moment(report.at)}
          </Box>
        )}
      </>
    ) : (
      <Box color="text-body-secondary">{m.notWatched}</Box>
    );
  const wide: TableProps.ColumnDefinition<Line>[] = [
    { id: "name", header: m.model, isRowHeader: true, cell: name },
    { id: "question", header: m.question, cell: ({ champion }) => questionOf(champion, m) || m.nothing },
    { id: "figure", header: m.mainFigure, cell: figure },
    { id: "prevalence", header: m.prevalence, cell: prevalence },
    { id: "drift", header: m.drift, cell: drift },
  ];
  const phone: TableProps.ColumnDefinition<Line>[] = [
    {
      id: "name",
      header: m.model,
      isRowHeader: true,
      cell: (model) => (
        <>
          {name(model)}
          <Box variant="small" display="block">
            {questionOf(model.champion, m)}
          </Box>
          <Box variant="small" display="block">
            {figure(model)} · {m.prevalence} {prevalence(model)}
          </Box>
        </>
      ),
    },
    { id: "drift", header: m.drift, cell: drift },
  ];
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={m.modelsAbout}>
          {m.models}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Trouble error={error} retry={reload} />
        <Table
          items={value ?? []}
          loading={loading && !value}
          loadingText={m.loading}
          trackBy="name"
          wrapLines
          ariaLabels={{ tableLabel: m.models }}
          header={<Header counter={`(${value?.length ?? 0})`}>{m.inService}</Header>}
          empty={<Box textAlign="center">{m.noModels}</Box>}
          columnDefinitions={narrow ? phone : wide}
        />
      </SpaceBetween>
    </ContentLayout>
  );
}
