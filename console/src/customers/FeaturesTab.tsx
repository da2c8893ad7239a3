import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback } from "react";
import { features } from "../api/features";
import { useI18n } from "../i18n/context";
import { FeatureTable } from "../insight/FeatureTable";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { count } from "../parts/figures";
import { useRead } from "../parts/useRead";

async function both(customerId: string) {
  const [declared, mine] = await Promise.all([features.list(), features.of(customerId)]);
  return { declared, mine };
}

/** What the models see of this customer now, beside everybody. */
export function FeaturesTab({ customerId }: { customerId: string }) {
  const { m, language } = useI18n();
  const w = m.insight;
  const { value, error, reload } = useRead(useCallback(() => both(customerId), [customerId]));
  if (!value) return error === null ? <Waiting /> : <Trouble error={error} retry={reload} />;
  const { declared, mine } = value;
  return (
    <SpaceBetween size="m">
      <Box color="text-body-secondary">
        {w.readFrom} {count(mine.transactions, language)}
      </Box>
      <FeatureTable
        title={w.features}
        features={declared.items.filter(({ of_transaction }) => !of_transaction)}
        values={new Map(mine.items.map((item) => [item.name, item]))}
      />
      <Box variant="small">
        {w.populationOf} {declared.population_of}
      </Box>
    </SpaceBetween>
  );
}
