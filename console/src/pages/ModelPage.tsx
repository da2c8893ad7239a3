import Badge from "@cloudscape-design/components/badge";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs, { type TabsProps } from "@cloudscape-design/components/tabs";
import { useCallback, useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router-dom";
import { ApiProblem } from "../api/client";
import { models } from "../api/models";
import type { ModelSummary, Rollout } from "../api/types";
import { useI18n } from "../i18n/context";
import { DriftTab } from "../models/DriftTab";
import { PerformanceTab } from "../models/PerformanceTab";
import { RolloutTab } from "../models/RolloutTab";
import { TrainingTab } from "../models/TrainingTab";
import { WhatIfTab } from "../models/WhatIfTab";
import { questionOf } from "../models/words";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { useRead } from "../parts/useRead";
import { useTitle } from "../parts/useTitle";

/** One model: its evidence, drift, roll-out, and what it would say. */
export default function ModelPage() {
  const { name = "" } = useParams();
  return <OneModel key={name} name={name} />;
}

async function one(name: string): Promise<ModelSummary> {
  const found = (await models.list()).find((model) => model.name === name);
  if (!found) throw new ApiProblem(404, { type: "not-found" });
  return found;
}

function OneModel({ name }: { name: string }) {
  const { m } = useI18n();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const { value, error, reload } = useRead(useCallback(() => one(name), [name]));
  const [changed, setChanged] = useState<Rollout | null>(null);
  useTitle(name);
  if (!value) return error === null ? <Waiting /> : <Trouble error={error} retry={reload} />;
  // The answer to a change is shown until the page has been read again.
  const rollout = changed && changed.seq > value.rollout.seq ? changed : value.rollout;
  const model: ModelSummary = { ...value, rollout };
  const follow = (after: Rollout) => {
    setChanged(after);
    reload();
  };

  const tabs: TabsProps.Tab[] = [
    { id: "performance", label: m.performance, content: <PerformanceTab model={model} /> },
    // Drift is measured against a reference of the training data, which not every kind of model has.
    ...(model.champion.watched ? [{ id: "drift", label: m.drift, content: <DriftTab model={model} /> }] : []),
    { id: "versions", label: m.versions, content: <RolloutTab model={model} changed={follow} /> },
    ...(model.champion.tabular
      ? [{ id: "training", label: m.training, content: <TrainingTab model={model} trained={reload} /> }]
      : []),
    ...(model.champion.by_row ? [{ id: "what-if", label: m.whatIf, content: <WhatIfTab model={model} /> }] : []),
  ];
  const wanted = search.get("tab");
  return (
    <SpaceBetween size="s">
      <BreadcrumbGroup
        items={[
          { text: m.models, href: "/models" },
          { text: name, href: "#" },
        ]}
        onFollow={(event) => {
          event.preventDefault();
          if (event.detail.href !== "#") void navigate(event.detail.href);
        }}
      />
      <ContentLayout
        header={
          <Header
            variant="h1"
            info={model.champion.synthetic ? <Badge color="grey">{m.syntheticShort}</Badge> : undefined}
            description={[questionOf(model.champion, m), `${m.champion} ${model.rollout.champion}`].filter(Boolean).join(" · ")}
          >
            {name}
          </Header>
        }
      >
        <SpaceBetween size="m">
          <Trouble error={error} retry={reload} />
          <Tabs
            ariaLabel={name}
            tabs={tabs}
            activeTabId={tabs.some(({ id }) => id === wanted) ? (wanted ?? "performance") : "performance"}
            onChange={({ detail }) => setSearch({ tab: detail.activeTabId }, { replace: true })}
          />
        </SpaceBetween>
      </ContentLayout>
    </SpaceBetween>
  );
}
