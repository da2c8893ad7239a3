import Alert from "@cloudscape-design/components/alert";
import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useCallback, useState } from "react";
import { models } from "../api/models";
import type { ModelSummary, ModelVersion, Performance, Rollout } from "../api/types";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { share, withInterval } from "../parts/figures";
import { useRead } from "../parts/useRead";
import { useSession } from "../session";
import { ChangeDialog, type Change } from "./ChangeDialog";
import { headline } from "./evidence";

/** Which version answers whom, the others, and every change with its reason. */
export function RolloutTab({ model, changed }: { model: ModelSummary; changed: () => void }) {
  const { m } = useI18n();
  const { isAnalyst } = useSession();
  const { name } = model;
  const read = useCallback(async (): Promise<[Performance, Rollout[]]> => {
    return Promise.all([models.performance(name), models.history(name)]);
  }, [name]);
  const { value, error, reload } = useRead(read);
  const [change, setChange] = useState<Change | null>(null);
  const [done, setDone] = useState("");
  if (!value) return error === null ? <Waiting /> : <Trouble error={error} retry={reload} />;
  const [{ versions }, history] = value;
  return (
    <SpaceBetween size="l">
      <Trouble error={error} retry={reload} />
      <div role="status">
        {done && (
          <Alert type="success" dismissible onDismiss={() => setDone("")}>
            {done}
          </Alert>
        )}
      </div>
      <Now rollout={model.rollout} ask={isAnalyst ? setChange : null} />
      <Versions versions={versions} rollout={model.rollout} ask={isAnalyst ? setChange : null} />
      <Changes history={history} />
      {change && (
        <ChangeDialog
          rollout={model.rollout}
          change={change}
          close={() => setChange(null)}
          done={(after) => {
            setChange(null);
            setDone(`${m.rolloutChanged} ${m.champion} ${after.champion}`);
            reload();
            changed();
          }}
        />
      )}
    </SpaceBetween>
  );
}

type Ask = ((change: Change) => void) | null;

function Now({ rollout, ask }: { rollout: Rollout; ask: Ask }) {
  const { m } = useI18n();
  const beside = (how: "challenge" | "shadow", version: string | null | undefined, part: number | undefined) =>
    version ? (
      <>
        {version} · {share(part ?? 0, 0)} {m.ofCustomers}{" "}
        {ask && (
          <Button variant="inline-link" onClick={() => ask({ kind: how, version: null })}>
            {how === "challenge" ? m.endChallenge : m.endShadow}
          </Button>
        )}
      </>
    ) : (
      m.none
    );
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            ask && (
              <Button disabled={!rollout.previous} onClick={() => ask({ kind: "rollback" })}>
                {m.rollBack}
              </Button>
            )
          }
        >
          {m.rolloutNow}
        </Header>
      }
    >
      <KeyValuePairs
        columns={4}
        items={[
          { label: m.champion, value: rollout.champion },
          { label: m.challenger, value: beside("challenge", rollout.challenger, rollout.challenger_share) },
          { label: m.shadow, value: beside("shadow", rollout.shadow, rollout.shadow_share) },
          { label: m.previousChampion, value: rollout.previous ?? m.none },
        ]}
      />
    </Container>
  );
}

function Versions({ versions, rollout, ask }: { versions: ModelVersion[]; rollout: Rollout; ask: Ask }) {
  const { m } = useI18n();
  const parts = (version: string) => [
    ...(version === rollout.champion ? [m.champion] : []),
    ...(version === rollout.challenger ? [m.challenger] : []),
    ...(version === rollout.shadow ? [m.shadow] : []),
  ];
  return (
    <Table
      items={versions}
      trackBy="version"
      wrapLines
      ariaLabels={{ tableLabel: m.versions }}
      header={
        <Header variant="h2" counter={`(${versions.length})`}>
          {m.versions}
        </Header>
      }
      columnDefinitions={[
        {
          id: "version",
          header: m.version,
          isRowHeader: true,
          minWidth: 120,
          cell: ({ version, synthetic }) => (
            <SpaceBetween direction="horizontal" size="xxs">
              <b>{version}</b>
              {parts(version).map((part) => (
                <Badge key={part} color="blue">
                  {part}
                </Badge>
              ))}
              {synthetic && <Badge color="grey">{m.syntheticShort}</Badge>}
            </SpaceBetween>
          ),
        },
        {
          id: "figure",
          header: m.mainFigure,
          minWidth: 150,
          cell: (version) => {
            const found = headline(version);
            return found ? `${m.metricNames[found.metric] ?? found.metric} ${withInterval(found)}` : m.noEvidence;
          },
        },
        { id: "trained", header: m.trainedOn, minWidth: 200, cell: ({ trained_on }) => trained_on },
        { id: "created", header: m.trainedAt, minWidth: 120, cell: ({ created }) => created.slice(0, 10) },
        { id: "origin", header: m.origin, minWidth: 110, cell: ({ origin }) => m.origins[origin] },
        ...(ask
          ? [
              {
                id: "change",
                header: m.change,
                minWidth: 170,
                cell: ({ version }: ModelVersion) =>
                  version === rollout.champion ? (
                    m.nothing
                  ) : (
                    <ButtonDropdown
                      ariaLabel={`${m.change} ${version}`}
                      expandToViewport
                      items={[
                        { id: "promote", text: m.promote },
                        { id: "challenge", text: m.setChallenger },
                        { id: "shadow", text: m.setShadow },
                      ]}
                      onItemClick={({ detail }) =>
                        ask({ kind: detail.id as "promote" | "challenge" | "shadow", version })
                      }
                    >
                      {m.change}
                    </ButtonDropdown>
                  ),
              },
            ]
          : []),
      ]}
      empty={<Box textAlign="center">{m.nothing}</Box>}
    />
  );
}

function Changes({ history }: { history: Rollout[] }) {
  const { m, moment } = useI18n();
  const beside = (version: string | null | undefined, part: number | undefined) =>
    version ? `${version} (${share(part ?? 0, 0)})` : m.nothing;
  return (
    <Table
      items={history}
      trackBy={({ seq }) => String(seq)}
      wrapLines
      ariaLabels={{ tableLabel: m.changes }}
      header={<Header variant="h2">{m.changes}</Header>}
      empty={<Box textAlign="center">{m.noChanges}</Box>}
      columnDefinitions={[
        {
          id: "when",
          header: m.when,
          isRowHeader: true,
          minWidth: 150,
          cell: ({ changed_at }) => (changed_at ? moment(changed_at) : m.nothing),
        },
        { id: "who", header: m.who, minWidth: 120, cell: ({ changed_by }) => changed_by ?? m.nothing },
        { id: "why", header: m.reason, minWidth: 180, cell: ({ reason }) => <span className="wrap">{reason}</span> },
        { id: "champion", header: m.champion, minWidth: 100, cell: ({ champion }) => champion },
        {
          id: "challenger",
          header: m.challenger,
          minWidth: 110,
          cell: ({ challenger, challenger_share }) => beside(challenger, challenger_share),
        },
        {
          id: "shadow",
          header: m.shadow,
          minWidth: 110,
          cell: ({ shadow, shadow_share }) => beside(shadow, shadow_share),
        },
      ]}
    />
  );
}
