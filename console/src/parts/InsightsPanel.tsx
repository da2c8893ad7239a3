import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import type { Call } from "../api/types";
import { useI18n } from "../i18n/context";
import { intentNames } from "../i18n/messages";

const percent = (share: number | null | undefined) => (share == null ? "–" : `${Math.round(100 * share)} %`);
const signed = (value: number | null | undefined) =>
  value == null ? "–" : `${value > 0 ? "+" : ""}${value.toFixed(2)}`;
const whole = (value: number | null | undefined) => (value == null ? "–" : String(Math.round(value)));

/** Sentiment, call quality, intents and categories of the conversation so far. */
export function InsightsPanel({ call }: { call: Call }) {
  const { m, language } = useI18n();
  const { sentiment, quality, intents, categories, summary } = call.insights;
  return (
    <Container header={<Header variant="h2">{m.quality}</Header>}>
      <KeyValuePairs
        columns={2}
        items={[
          {
            label: `${m.sentiment} (${m.customer} / ${m.agent})`,
            value: `${signed(sentiment.customer)} / ${signed(sentiment.agent)}`,
          },
          {
            label: `${m.trend}${sentiment.source ? ` · ${m.sentimentSource}: ${m[sentiment.source]}` : ""}`,
            value: signed(sentiment.trend),
          },
          {
            label: m.talkShare,
            value: `${percent(quality.agent_talk_share)} / ${percent(quality.customer_talk_share)}`,
          },
          {
            label: m.interruptions,
            value: `${quality.interruptions_by_agent} / ${quality.interruptions_by_customer}`,
          },
          {
            label: m.silence,
            value: `${percent(quality.silence_share)} (${m.longest} ${(quality.longest_silence_ms / 1000).toFixed(1)} s)`,
          },
          { label: m.pace, value: `${whole(quality.agent_pace_wpm)} / ${whole(quality.customer_pace_wpm)}` },
          {
            label: m.intents,
            value: intents.map((intent) => intentNames[language][intent] ?? intent).join(", ") || "–",
          },
          { label: m.categories, value: categories.map((category) => category.name).join(", ") || "–" },
          ...(summary ? [{ label: m.summary, value: summary }] : []),
        ]}
      />
    </Container>
  );
}
