import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback } from "react";
import { admin } from "../api/admin";
import { useI18n } from "../i18n/context";
import { PageLink } from "../parts/PageLink";
import { Trouble } from "../parts/Trouble";
import { Waiting } from "../parts/Waiting";
import { useRead } from "../parts/useRead";

/** How things stand today. */
export function OverviewTab() {
  const { m } = useI18n();
  const { value, error, reload } = useRead(useCallback(() => admin.dashboard(), []));
  if (error !== null) return <Trouble error={error} retry={reload} />;
  if (!value) return <Waiting />;
  const drifted = value.drifted_models.map((name) => (
    <span className="aside" key={name}>
      <PageLink to={`/models/${encodeURIComponent(name)}`}>{name}</PageLink>
    </span>
  ));
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{`${m.account.today} ${value.day}`}</Header>}>
        <KeyValuePairs
          columns={4}
          items={[
            { label: m.account.signIns, value: value.sign_ins },
            { label: m.account.failedSignIns, value: value.failed_sign_ins },
            { label: m.account.locked, value: value.locked },
            { label: m.account.callsToday, value: value.calls },
            { label: m.account.openCases, value: <PageLink to="/cases">{value.open_cases}</PageLink> },
            { label: m.account.driftedModels, value: drifted.length > 0 ? drifted : m.account.none },
            { label: m.account.deadLetters, value: value.dead_letters },
          ]}
        />
      </Container>
      <Container header={<Header variant="h2">{m.account.usersByRole}</Header>}>
        <KeyValuePairs
          columns={4}
          items={Object.entries(value.users).map(([role, count]) => ({
            label: m.account.roleNames[role] ?? role,
            value: count,
          }))}
        />
      </Container>
    </SpaceBetween>
  );
}
