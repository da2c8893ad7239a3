import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import Icon from "@cloudscape-design/components/icon";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { CaseDetail } from "../api/types";
import { useI18n } from "../i18n/context";
import { RiskBadge } from "../parts/RiskBadge";
import { money, share } from "../parts/figures";

/** The payment, what the model says about it, and why. */
export function Evidence({ detail }: { detail: CaseDetail }) {
  const { m, moment, language } = useI18n();
  const { finding, transaction } = detail.case;
  return (
    <Container
      header={
        <Header variant="h2" info={finding.synthetic ? <Badge color="grey">{m.synthetic}</Badge> : undefined}>
          {m.cases.happened}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <KeyValuePairs
          columns={3}
          items={[
            { label: m.cases.atStake, value: money(transaction.amount, transaction.currency, language) },
            { label: m.cases.merchant, value: <span className="wrap">{transaction.merchant}</span> },
            { label: m.when, value: moment(transaction.at) },
            { label: m.category, value: m.categoryNames[transaction.category] ?? transaction.category },
            { label: m.channel, value: m.channelNames[transaction.channel] ?? transaction.channel },
            { label: m.cases.country, value: transaction.country },
            { label: m.cases.score, value: <RiskBadge value={finding.score} band={finding.band} /> },
            { label: m.cases.probability, value: share(finding.probability) },
            { label: m.cases.recommends, value: m.cases.outcomes[detail.recommendation] },
            { label: m.cases.threshold, value: share(finding.threshold) },
            { label: m.cases.model, value: `${finding.model} ${finding.version}` },
          ]}
        />
        <section aria-label={m.reasons}>
          <Box variant="h3">{m.reasons}</Box>
          <ul className="plain">
            {finding.reasons.map((reason) => (
              <li key={reason.code} className="reason">
                <Icon
                  name={reason.direction === "raises" ? "arrow-up" : "arrow-down"}
                  variant={reason.direction === "raises" ? "warning" : "success"}
                />
                <span>
                  {reason[language]}{" "}
                  <Box variant="small" color="text-body-secondary">
                    {m[reason.direction]}
                  </Box>
                </span>
              </li>
            ))}
          </ul>
        </section>
      </SpaceBetween>
    </Container>
  );
}
