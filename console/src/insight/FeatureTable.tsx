import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useState } from "react";
import { useNarrow } from "../appearance";
import type { Feature, FeatureValue } from "../api/types";
import { useI18n } from "../i18n/context";
import { share } from "../parts/figures";
import { matching, quantile, tell } from "./shape";

/** Features, grouped and searchable; with the values of one customer where they are given. */
export function FeatureTable({
  title,
  features,
  values,
}: {
  title: string;
  features: Feature[];
  values?: Map<string, FeatureValue>;
}) {
  const { m } = useI18n();
  const w = m.insight;
  const [wanted, setWanted] = useState("");
  const [group, setGroup] = useState("");
  const groups = [...new Set(features.map((feature) => feature.group))];
  const options: { value: string; label: string }[] = [
    { value: "", label: w.allGroups },
    ...groups.map((value) => ({ value, label: w.groupNames[value] ?? value })),
  ];
  const found = matching(features, wanted, group);
  const columns = useColumns(values);
  return (
    <SpaceBetween size="m">
      <div className="feature-filters" role="search">
        <FormField label={w.findFeature} stretch>
          <Input
            type="search"
            value={wanted}
            clearAriaLabel={m.clear}
            onChange={({ detail }) => setWanted(detail.value.slice(0, 100))}
          />
        </FormField>
        <FormField label={w.group}>
          <Select
            selectedOption={options.find(({ value }) => value === group) ?? null}
            options={options}
            onChange={({ detail }) => setGroup(detail.selectedOption.value ?? "")}
          />
        </FormField>
      </div>
      <Table
        items={found}
        trackBy="name"
        wrapLines
        ariaLabels={{ tableLabel: title }}
        header={
          <Header variant="h2" counter={`(${found.length})`}>
            {title}
          </Header>
        }
        empty={<Box textAlign="center">{w.noFeature}</Box>}
        columnDefinitions={columns}
      />
    </SpaceBetween>
  );
}

function useColumns(values?: Map<string, FeatureValue>): TableProps.ColumnDefinition<Feature>[] {
  const { m, say, language } = useI18n();
  const w = m.insight;
  const narrow = useNarrow();
  const unit = (feature: Feature) => w.unitNames[feature.unit] ?? feature.unit;
  const name = (feature: Feature) => (
    <div className="feature-name">
      {say(feature.label)}
      <Box variant="small" display="block" color="text-body-secondary">
        {feature.name}
      </Box>
      {narrow && !values && (
        <Box variant="small" display="block">
          {feature.formula}
        </Box>
      )}
    </div>
  );
  const population = (feature: Feature) => <Population feature={feature} />;
  const first = { id: "name", header: w.feature, isRowHeader: true, cell: name };
  if (values) {
    const shown = [
      first,
      {
        id: "value",
        header: w.value,
        cell: (feature: Feature) => {
          const value = values.get(feature.name)?.value;
          return value == null ? w.noValue : tell(value, feature.unit, language);
        },
      },
      {
        id: "rank",
        header: w.population,
        cell: (feature: Feature) => <Rank rank={values.get(feature.name)?.rank ?? null} />,
      },
    ];
    return narrow
      ? shown
      : [
          ...shown,
          { id: "population", header: w.unit, cell: unit },
          { id: "edges", header: `${w.tenthBelow} · ${w.halfBelow} · ${w.ninetyBelow}`, cell: population },
          { id: "formula", header: w.formula, cell: (feature: Feature) => <code className="wrap">{feature.formula}</code> },
        ];
  }
  if (narrow) return [first, { id: "population", header: w.population, cell: population }];
  return [
    first,
    { id: "group", header: w.group, cell: (feature) => w.groupNames[feature.group] ?? feature.group },
    { id: "formula", header: w.formula, minWidth: 240, cell: (feature) => <code className="wrap">{feature.formula}</code> },
    { id: "unit", header: w.unit, cell: unit },
    { id: "known", header: w.known, minWidth: 160, cell: (feature) => say(feature.known) },
    { id: "missing", header: w.missingWhen, minWidth: 160, cell: (feature) => feature.missing_when || m.nothing },
    { id: "population", header: w.population, minWidth: 150, cell: population },
  ];
}

function Population({ feature }: { feature: Feature }) {
  const { m, language } = useI18n();
  const w = m.insight;
  const { population, unit } = feature;
  if (!population) return <>{w.noPopulation}</>;
  const at = (part: number) => {
    const value = quantile(population, part);
    return value === null ? m.nothing : tell(value, unit, language);
  };
  return (
    <ul className="plain tight">
      <li>
        {w.tenthBelow} {at(0.1)}
      </li>
      <li>
        {w.halfBelow} {at(0.5)}
      </li>
      <li>
        {w.ninetyBelow} {at(0.9)}
      </li>
    </ul>
  );
}

function Rank({ rank }: { rank: number | null }) {
  const { m } = useI18n();
  const w = m.insight;
  if (rank === null) return <>{m.nothing}</>;
  return (
    <div className="rank">
      <span>
        {w.higherThan} {share(rank, 0)} {w.ofAll}
      </span>
      <div className="rank-bar" aria-hidden="true">
        <div style={{ left: `${100 * rank}%` }} />
      </div>
    </div>
  );
}
