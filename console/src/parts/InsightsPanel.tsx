import Box from "@cloudscape-design/components/box";
import Badge from "@cloudscape-design/components/badge";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Call } from "../api/types";
import { useI18n } from "../i18n/context";
import { percent, sentimentWord, signed } from "./words";

/** Sentiment, call quality, intents and categories of the conversation so far. */
export function InsightsPanel({ call }: { call: Call }) {
  const { m, language } = useI18n();
  const { sentiment, quality, intents, categories, summary } = call.insights;
  const unit = new Intl.NumberFormat(language, {
    style: "unit",
    unit: "second",
    unitDisplay: "narrow",
    maximumFractionDigits: 1,
  });
  const mood = (mean: number | null | undefined) =>
    mean == null ? m.nothing : `${sentimentWord(mean, m)} (${signed(mean)})`;
  const pace = (words: number | null | undefined) => (words == null ? m.nothing : String(Math.round(words)));
  const both = (agent: string | number, customer: string | number) => (
    <>
      {m.agentShort} {agent}
      <br />
      {m.customerShort} {customer}
    </>
  );
  return (
    <Container header={<Header variant="h2">{m.quality}</Header>}>
      <SpaceBetween size="m">
        {quality.agent_talk_share != null && (
          <TalkShare agent={quality.agent_talk_share} customer={quality.customer_talk_share ?? 0} />
        )}
        <KeyValuePairs
          columns={2}
          items={[
            {
              label: m.sentiment,
              value: both(mood(sentiment.agent), mood(sentiment.customer)),
            },
            {
              label: m.trend,
              value: (
                <>
                  {sentiment.trend == null ? m.nothing : signed(sentiment.trend)}
                  {sentiment.source && (
                    <Box variant="small" display="block" color="text-body-secondary">
                      {m.sentimentSource}: {m[sentiment.source]}
                    </Box>
                  )}
                </>
              ),
            },
            { label: m.interruptions, value: both(quality.interruptions_by_agent, quality.interruptions_by_customer) },
            { label: m.pace, value: both(pace(quality.agent_pace_wpm), pace(quality.customer_pace_wpm)) },
            {
              label: m.silence,
              value:
                quality.silence_share == null
                  ? m.nothing
                  : `${percent(quality.silence_share)} (${m.longest} ${unit.format(quality.longest_silence_ms / 1000)})`,
            },
            {
              label: m.intents,
              value: <Names names={intents.map((intent) => m.intentNames[intent] ?? intent)} />,
            },
            { label: m.categories, value: <Names names={categories.map((category) => category.name)} /> },
            ...(summary ? [{ label: m.summary, value: <span className="wrap">{summary}</span> }] : []),
          ]}
        />
      </SpaceBetween>
    </Container>
  );
}

function Names({ names }: { names: string[] }) {
  const { m } = useI18n();
  if (names.length === 0) return m.nothing;
  return (
    <SpaceBetween direction="horizontal" size="xxs">
      {names.map((name) => (
        <Badge key={name}>{name}</Badge>
      ))}
    </SpaceBetween>
  );
}

function TalkShare({ agent, customer }: { agent: number; customer: number }) {
  const { m } = useI18n();
  const words = `${m.agentShort} ${percent(agent)}, ${m.customerShort} ${percent(customer)}`;
  return (
    <div>
      <Box variant="awsui-key-label">{m.talkShare}</Box>
      <div className="share" aria-hidden="true">
        <div className="share-agent" style={{ width: `${100 * agent}%` }} />
        <div className="share-customer" style={{ width: `${100 * customer}%` }} />
      </div>
      <Box variant="small">{words}</Box>
    </div>
  );
}
