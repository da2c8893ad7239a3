import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import LineChart from "@cloudscape-design/components/line-chart";
import Pagination from "@cloudscape-design/components/pagination";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { useCallback, useState } from "react";
import { models } from "../api/models";
import type { CalibrationDrift, DriftReport, FieldDrift, ModelSummary } from "../api/types";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { count, decimal, share } from "../parts/figures";
import { useRead } from "../parts/useRead";
import { useSession } from "../session";
import { DriftState } from "./DriftState";
import { relative, worstByReport } from "./evidence";

const DAYS = 7;
const FIELDS_A_PAGE = 12;

/** Whether the world that a model sees is still the one it learned from. */
export function DriftTab({ model }: { model: ModelSummary }) {
  const { m } = useI18n();
  const { isAnalyst } = useSession();
  const { name, rollout } = model;
  const { value, error, reload } = useRead(useCallback(() => models.reports(name), [name]));
  const [chosen, choose] = useState(rollout.champion);
  const [looking, setLooking] = useState(false);
  const [nothing, setNothing] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);

  async function look() {
    setLooking(true);
    try {
      const made = await models.look(name, DAYS);
      setNothing(made.length === 0);
      setProblem(null);
      reload();
    } catch (failure) {
      setProblem(failure);
    }
    setLooking(false);
  }

  if (!value) return error === null ? <Waiting /> : <Trouble error={error} retry={reload} />;
  const versions = [...new Set([rollout.champion, ...value.map((report) => report.version)])];
  const reports = value.filter((report) => report.version === chosen);
  const latest = reports[0];
  return (
    <SpaceBetween size="l">
      <Trouble error={error} retry={reload} />
      <Trouble error={problem} retry={() => void look()} />
      <div role="status">{nothing && <Alert type="info">{m.nothingToLookAt}</Alert>}</div>
      <div className="bar">
        {versions.length > 1 && (
          <Select
            ariaLabel={m.version}
            selectedOption={{ value: chosen, label: `${m.version} ${chosen}` }}
            options={versions.map((version) => ({ value: version, label: `${m.version} ${version}` }))}
            onChange={({ detail }) => choose(detail.selectedOption.value ?? chosen)}
          />
        )}
        {isAnalyst && (
          <Button iconName="refresh" loading={looking} onClick={() => void look()}>
            {m.lookNow}
          </Button>
        )}
      </div>
      {latest ? <Latest key={latest.at} report={latest} /> : <Box color="text-body-secondary">{m.noReports}</Box>}
      <History reports={reports} />
    </SpaceBetween>
  );
}

function Latest({ report }: { report: DriftReport }) {
  const { m, moment, language } = useI18n();
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{m.latestReport}</Header>}>
        <SpaceBetween size="m">
          <KeyValuePairs
            columns={4}
            items={[
              { label: m.finding, value: <DriftState verdict={report.verdict} missing={report.rows_missing} /> },
              { label: m.lookedAt, value: moment(report.at) },
              { label: m.lookedFrom, value: `${moment(report.since)} – ${moment(report.until)}` },
              { label: m.predictions, value: count(report.rows, language) },
            ]}
          />
          {report.fields.length === 0 && <Alert type="info">{m.tooFewRows}</Alert>}
          {report.calibration ? (
            <Calibration found={report.calibration} />
          ) : (
            <Box color="text-body-secondary">{m.noCalibration}</Box>
          )}
        </SpaceBetween>
      </Container>
      {report.fields.length > 0 && <Fields report={report} />}
    </SpaceBetween>
  );
}

function Calibration({ found }: { found: CalibrationDrift }) {
  const { m, language } = useI18n();
  return (
    <section aria-label={m.calibration}>
      <Box variant="h3">{m.calibration}</Box>
      <KeyValuePairs
        columns={4}
        items={[
          { label: m.predicted, value: share(found.predicted) },
          { label: m.observedInterval, value: `${share(found.observed)} (${share(found.low)}–${share(found.high)})` },
          { label: m.labelled, value: count(found.labelled, language) },
          {
            label: m.eceLimit,
            value: (
              <StatusIndicator type={found.drifted ? "warning" : "success"}>
                {decimal(found.ece)} / {decimal(found.ece_threshold)}
              </StatusIndicator>
            ),
          },
        ]}
      />
    </section>
  );
}

function Fields({ report }: { report: DriftReport }) {
  const { m } = useI18n();
  const [page, setPage] = useState(1);
  const rows = [...(report.score ? [{ ...report.score, field: m.scoreOfModel }] : []), ...report.fields];
  const pages = Math.ceil(rows.length / FIELDS_A_PAGE);
  return (
    <Table
      items={rows.slice((page - 1) * FIELDS_A_PAGE, page * FIELDS_A_PAGE)}
      trackBy="field"
      wrapLines
      ariaLabels={{ tableLabel: m.fieldsByDrift }}
      header={
        <Header variant="h2" counter={`(${rows.length})`} description={m.psiAbout}>
          {m.fieldsByDrift}
        </Header>
      }
      pagination={
        pages > 1 && (
          <Pagination currentPageIndex={page} pagesCount={pages} onChange={({ detail }) => setPage(detail.currentPageIndex)} />
        )
      }
      columnDefinitions={[
        {
          id: "field",
          header: m.field,
          isRowHeader: true,
          minWidth: 130,
          cell: ({ field }) => <span className="label-cell">{field}</span>,
        },
        { id: "psi", header: m.psiLimit, minWidth: 190, cell: (field) => <Meter field={field} /> },
        {
          id: "missing",
          header: m.missing,
          minWidth: 150,
          cell: ({ missing_share, missing_reference, missing_drifted }) => (
            <>
              {share(missing_share)} ({m.wasInTraining} {share(missing_reference)}){" "}
              {missing_drifted && <StatusIndicator type="warning">{m.changed}</StatusIndicator>}
            </>
          ),
        },
        {
          id: "state",
          header: m.status,
          minWidth: 120,
          cell: ({ drifted, missing_drifted }) => <DriftState verdict={drifted || missing_drifted ? "drifted" : "stable"} />,
        },
      ]}
    />
  );
}

/** PSI beside its limit: the mark is the limit, the bar ends at twice as much. */
function Meter({ field }: { field: FieldDrift }) {
  return (
    <>
      <span className="nowrap">
        {decimal(field.psi)} / {decimal(field.threshold)}
      </span>
      <div className="meter" aria-hidden="true">
        <div
          className={field.drifted ? "meter-over" : "meter-under"}
          style={{ width: `${Math.min(100, 50 * relative(field))}%` }}
        />
      </div>
    </>
  );
}

function History({ reports }: { reports: DriftReport[] }) {
  const { m, language } = useI18n();
  const line = worstByReport(reports);
  const [first, last] = [line[0], line.at(-1)];
  if (line.length < 2 || !first || !last) return null;
  const day = new Intl.DateTimeFormat(language, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
  return (
    <Container header={<Header variant="h2" description={m.driftHistoryAbout}>{m.driftHistory}</Header>}>
      <LineChart
        ariaLabel={m.driftHistory}
        height={200}
        hideFilter
        xScaleType="time"
        xDomain={[first.x, last.x]}
        yDomain={[0, Math.max(1.5, ...line.map(({ y }) => 1.1 * y))]}
        xTickFormatter={(moment) => day.format(moment)}
        yTickFormatter={(value) => value.toFixed(1)}
        xTitle={m.lookedAt}
        yTitle={m.relativeToLimit}
        series={[
          { title: m.mostMoved, type: "line", data: line, valueFormatter: (value) => value.toFixed(2) },
          { title: m.limit, type: "threshold", y: 1 },
        ]}
      />
    </Container>
  );
}
