import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import { useCallback, useEffect, useState } from "react";
import { training } from "../api/training";
import type { ModelSummary, TrainingRun } from "../api/types";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { count, withInterval } from "../parts/figures";
import { useRead } from "../parts/useRead";
import { useSession } from "../session";
import { TrainDialog } from "./TrainDialog";

const AGAIN_MS = 2_000;
const INDICATOR: Record<string, StatusIndicatorProps.Type> = {
  RUNNING: "in-progress",
  SUCCEEDED: "success",
  REFUSED: "warning",
  FAILED: "error",
  CANCELLED: "stopped",
};

/** Trainings of a model, followed while one runs, and a way to start one. */
export function TrainingTab({ model, trained }: { model: ModelSummary; trained: () => void }) {
  const { m } = useI18n();
  const { isAnalyst } = useSession();
  const { name } = model;
  const { value, error, reload } = useRead(useCallback(() => training.runs(name, null), [name]));
  const [asking, setAsking] = useState(false);
  const [older, setOlder] = useState<{ runs: TrainingRun[]; cursor: string | null } | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const running = value?.items[0]?.state === "RUNNING";
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(reload, AGAIN_MS);
    // The run is over: the other tabs have a version more.
    return () => {
      clearInterval(timer);
      trained();
    };
  }, [running, reload, trained]);

  async function attempt(work: () => Promise<void>) {
    try {
      await work();
      setProblem(null);
    } catch (failure) {
      setProblem(failure);
    }
  }

  if (!value) return error === null ? <Waiting /> : <Trouble error={error} retry={reload} />;
  const cursor = older ? older.cursor : value.next_cursor;
  const more = () =>
    attempt(async () => {
      const page = await training.runs(name, cursor);
      setOlder({ runs: [...(older?.runs ?? []), ...page.items], cursor: page.next_cursor });
    });
  const known = new Set(value.items.map((run) => run.run_id));
  const runs = [...value.items, ...(older?.runs ?? []).filter((run) => !known.has(run.run_id))];
  return (
    <SpaceBetween size="l">
      <Trouble error={error ?? problem} retry={reload} />
      <Header
        variant="h2"
        description={m.trainingAbout}
        actions={
          isAnalyst && (
            <Button disabled={running} onClick={() => setAsking(true)}>
              {m.trainNow}
            </Button>
          )
        }
      >
        {m.trainingRuns}
      </Header>
      {runs.length === 0 && <Box color="text-body-secondary">{m.noRuns}</Box>}
      {runs.map((run) => (
        <OneRun
          key={run.run_id}
          run={run}
          cancel={
            isAnalyst && run.state === "RUNNING"
              ? () =>
                  void attempt(async () => {
                    await training.cancel(name, run.run_id);
                    reload();
                  })
              : null
          }
        />
      ))}
      {cursor && <Button onClick={() => void more()}>{m.showMore}</Button>}
      {asking && (
        <TrainDialog
          name={name}
          close={() => setAsking(false)}
          started={() => {
            setAsking(false);
            reload();
          }}
        />
      )}
    </SpaceBetween>
  );
}

function OneRun({ run, cancel }: { run: TrainingRun; cancel: (() => void) | null }) {
  const { m, moment, language } = useI18n();
  const { against, rows, columns } = run;
  return (
    <Container
      header={
        <Header
          variant="h3"
          headingTagOverride="h3"
          description={[`${moment(run.created_at)} · ${run.started_by}`, run.note].filter(Boolean).join(" · ")}
          actions={cancel && <Button onClick={cancel}>{m.cancelRun}</Button>}
        >
          <span role="status">
            <StatusIndicator type={INDICATOR[run.state]}>{m.runStates[run.state]}</StatusIndicator>
          </span>
        </Header>
      }
    >
      <SpaceBetween size="m">
        {run.reason && <Alert type={run.state === "FAILED" ? "error" : "info"}>{run.reason}</Alert>}
        <Steps run={run} />
        <KeyValuePairs
          columns={4}
          items={[
            ...(rows != null && columns != null
              ? [{ label: m.rowsAndColumns, value: `${count(rows, language)} × ${count(columns, language)}` }]
              : []),
            ...(run.state === "SUCCEEDED" ? [{ label: m.newVersion, value: run.version }] : []),
            ...(against
              ? [
                  { label: `AUC ${run.version ?? ""}`, value: withInterval(against.candidate_auc) },
                  { label: `${m.championOnSameRows} (${against.champion})`, value: withInterval(against.champion_auc) },
                  { label: m.differenceOfAuc, value: withInterval(against.apart) },
                ]
              : []),
          ]}
        />
        {run.state === "SUCCEEDED" &&
          (run.objections.length > 0 ? (
            <Alert type="warning" header={m.gateSays}>
              <ul>
                {run.objections.map((objection) => (
                  <li key={objection.code}>{objection.text[language]}</li>
                ))}
              </ul>
            </Alert>
          ) : (
            <Box>{m.gateSilent}</Box>
          ))}
      </SpaceBetween>
    </Container>
  );
}

function Steps({ run }: { run: TrainingRun }) {
  const { m } = useI18n();
  const { steps } = run;
  return (
    <ol aria-label={m.steps} className="run-steps">
      {steps.map((step, number) => {
        const last = number === steps.length - 1;
        const type = last && run.state !== "SUCCEEDED" ? INDICATOR[run.state] : "success";
        const seconds = step.ended_at == null ? "" : ` ${((step.ended_at - step.started_at) / 1000).toFixed(1)} s`;
        return (
          <li key={step.name}>
            <StatusIndicator type={type}>
              {m.runSteps[step.name]}
              {seconds}
            </StatusIndicator>
          </li>
        );
      })}
    </ol>
  );
}
