import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useCallback } from "react";
import { known } from "../api/known";
import { operators, type OperatorView, type RuleHit } from "../api/onboarding";
import { useI18n } from "../i18n/context";
import { country } from "../parts/figures";
import { PageLink } from "../parts/PageLink";
import { Trouble } from "../parts/Trouble";
import { useRead } from "../parts/useRead";
import { Waiting } from "../parts/Waiting";
import { productName } from "./words";

/** Who applies, unless their data has been erased. */
export function Applies({ of }: { of: OperatorView }) {
  const { m, language } = useI18n();
  const o = m.onboarding;
  const { value, error, reload } = useRead(
    useCallback(() => known(operators.applicant(of.application_id)), [of.application_id]),
  );
  return (
    <Container header={<Header variant="h2">{o.applicant}</Header>}>
      <Trouble error={error} retry={reload} />
      {!value && error === null && <Waiting />}
      {value === "unknown" && <Box>{o.erased}</Box>}
      {value && value !== "unknown" && (
        <KeyValuePairs
          columns={2}
          items={[
            { label: o.name, value: value.name },
            { label: o.birthDate, value: value.birth_date },
            { label: o.phone, value: value.phone },
            { label: o.email, value: <span className="wrap">{value.email}</span> },
            { label: o.country, value: country(value.country, language) },
            { label: o.languageOf, value: o.languages[value.language] },
            { label: o.productOf, value: productName(o, of.product) },
            ...(of.customer_id
              ? [
                  {
                    label: o.customerOf,
                    value: (
                      <PageLink to={`/customers/${encodeURIComponent(of.customer_id)}`}>{of.customer_id}</PageLink>
                    ),
                  },
                ]
              : []),
          ]}
        />
      )}
    </Container>
  );
}

/** What rules and models said, those that count apart from those on trial. */
export function Hits({ hits }: { hits: RuleHit[] }) {
  const { m } = useI18n();
  const o = m.onboarding;
  return (
    <Container header={<Header variant="h2">{o.hits}</Header>}>
      {hits.length === 0 && <StatusIndicator type="success">{o.noHits}</StatusIndicator>}
      <ul className="plain">
        {hits.map((hit) => (
          <li key={hit.rule}>
            <StatusIndicator type={hit.shadow ? "info" : hit.verdict === "approve" ? "success" : "warning"}>
              <strong>{o.rules[hit.rule] ?? hit.rule}</strong> · {o.verdicts[hit.verdict]}
              {hit.shadow && ` (${o.shadow})`}
            </StatusIndicator>
            <Box variant="small" display="block" color="text-body-secondary">
              <span lang="en">{hit.detail}</span>
            </Box>
          </li>
        ))}
      </ul>
    </Container>
  );
}

/** The personalised way, and how likely it is that it is gone to its end. */
export function PlanOf({ of }: { of: OperatorView }) {
  const { m } = useI18n();
  const o = m.onboarding;
  const { plan } = of;
  const likely = plan?.completion_probability ?? null;
  return (
    <Container header={<Header variant="h2">{o.plan}</Header>}>
      <SpaceBetween size="m">
        {plan ? (
          <KeyValuePairs
            columns={2}
            items={[
              { label: o.planVideo, value: plan.video ? o.yes : o.no },
              { label: o.planChannel, value: o.channels[plan.channel] },
              { label: o.planDocuments, value: plan.documents.map((kind) => o.documentKinds[kind] ?? kind).join(", ") },
              { label: o.planLikely, value: likely === null ? "–" : `${Math.round(likely * 100)} %` },
              { label: o.planBy, value: o.planSources[plan.source] },
            ]}
          />
        ) : (
          <Box color="text-body-secondary">{o.noPlan}</Box>
        )}
        {of.documents.length > 0 && (
          <PageLink to={`/documents?application=${encodeURIComponent(of.application_id)}`}>
            {o.openDocuments} ({of.documents.filter(({ signed }) => signed).length}/{of.documents.length} {o.signed})
          </PageLink>
        )}
      </SpaceBetween>
    </Container>
  );
}
