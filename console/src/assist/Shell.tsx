import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { ReactNode } from "react";
import type { AssistPanels } from "../api/types";
import { useI18n } from "../i18n/context";

type Any = AssistPanels["insights"];
export type Age = Pick<Any, "state" | "as_of" | "read_at" | "why">;

/** A panel with how old its data are; one whose source is down says so in its place. */
export function Shell({
  title,
  age,
  empty,
  actions,
  children,
}: {
  title: string;
  age: Age;
  empty: boolean;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const { m, say, moment } = useI18n();
  const w = m.assist;
  const said = [
    age.as_of ? `${w.asOf} ${moment(age.as_of)}` : null,
    age.state === "stale" && age.read_at ? `${w.readAt} ${moment(age.read_at)}` : null,
  ];
  const down = age.state === "unavailable";
  return (
    <Container
      header={
        <Header variant="h2" description={said.filter(Boolean).join(" · ")} actions={actions}>
          {title}
        </Header>
      }
    >
      {age.state !== "fresh" && (
        <StatusIndicator type={down ? "error" : "warning"}>{age.why ? say(age.why) : w.partly}</StatusIndicator>
      )}
      {!down && (empty ? <Box color="text-body-secondary">{w.nothing}</Box> : children)}
    </Container>
  );
}
