import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import Icon from "@cloudscape-design/components/icon";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { CallerProfile } from "../api/types";
import { useI18n } from "../i18n/context";
import { PageLink } from "../parts/PageLink";
import { share } from "../parts/figures";

const TYPE: Record<CallerProfile["spam"]["advice"], StatusIndicatorProps.Type> = {
  block: "error",
  warn: "warning",
  none: "success",
};

/** What to think of the number, and why. */
export function SpamPanel({ of }: { of: CallerProfile }) {
  const { m, say, moment } = useI18n();
  const { spam } = of;
  return (
    <Container
      header={
        <Header variant="h2" info={<Badge color="grey">{m.callers.synthetic}</Badge>}>
          {m.callers.spam}
        </Header>
      }
    >
      <SpaceBetween size="s">
        <div className="score">
          <span className="score-value">{share(spam.probability, 0)}</span>
          <StatusIndicator type={TYPE[spam.advice]}>{m.callers.advice[spam.advice]}</StatusIndicator>
        </div>
        <ul className="plain" aria-label={m.callers.why}>
          {spam.reasons.map((reason) => (
            <li key={reason.code} className="reason">
              <Icon
                name={reason.direction === "raises" ? "arrow-up" : "arrow-down"}
                variant={reason.direction === "raises" ? "warning" : "success"}
                ariaLabel={m[reason.direction]}
              />
              <span>{say(reason.text)}</span>
            </li>
          ))}
        </ul>
        <Box variant="small" color="text-body-secondary">
          {m.callers.modelAlone}: {share(spam.model, 1)} · {m.callers.marks}: {of.marked_spam} / {of.marked_wanted}
        </Box>
        {of.block && (
          <StatusIndicator type="error">
            {m.callers.onBlock} {moment(of.block.until)}
          </StatusIndicator>
        )}
        {of.allow && (
          <StatusIndicator type="success">
            {m.callers.onAllow} {moment(of.allow.until)}
          </StatusIndicator>
        )}
        {of.campaign && (
          <PageLink to={`/callers/campaigns/${of.campaign.campaign_id}`}>
            {`${m.callers.campaign}: ${of.campaign.numbers} ${m.callers.ofNumbers}`}
          </PageLink>
        )}
      </SpaceBetween>
    </Container>
  );
}
