import Badge from "@cloudscape-design/components/badge";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { ApplicationState, ApplicationTag, OperatorView } from "../api/onboarding";
import type { Messages } from "../i18n/catalogue.en";
import { useI18n } from "../i18n/context";
import { isOver } from "./pace";

const ALARMING: ApplicationTag[] = ["vendor_outage", "unwinding_failed"];

/** A product's name in the reader's language; its id where this console does not know it. */
export function productName(o: Messages["onboarding"], product: string): string {
  const known = o.products[product as keyof typeof o.products] as { name: string } | undefined;
  return known?.name ?? product;
}

export function Tags({ tags }: { tags: ApplicationTag[] }) {
  const { m } = useI18n();
  return (
    <span className="tags">
      {tags.map((tag) => (
        <Badge key={tag} color={ALARMING.includes(tag) ? "red" : tag === "flagged" ? "severity-medium" : "grey"}>
          {m.onboarding.tagNames[tag]}
        </Badge>
      ))}
    </span>
  );
}

/** Whom an application waits for, until when. */
export function WaitsFor({ waiting, state }: { waiting: OperatorView["waiting"]; state: ApplicationState }) {
  const { m, moment } = useI18n();
  const o = m.onboarding;
  if (isOver(state)) return "";
  if (waiting === null) return o.nobody;
  const told = (
    <>
      {o.waits[waiting.what]}{" "}
      <span className="nowrap">
        ({o.waitsUntil} {moment(waiting.until)})
      </span>
    </>
  );
  // Tags tell the past too; what waits for an operator now is marked.
  const ours = waiting.what === "help" || waiting.what === "review";
  return ours ? <StatusIndicator type="warning">{told}</StatusIndicator> : told;
}
