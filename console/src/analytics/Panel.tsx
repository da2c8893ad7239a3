import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import Spinner from "@cloudscape-design/components/spinner";
import type { ReactNode } from "react";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import type { Reading } from "../parts/useRead";

/** A part of the page that is read by itself: one that fails leaves the others as they are. */
export function Panel<T>({
  title,
  about,
  actions,
  reading: { value, error, reload },
  children,
}: {
  title: string;
  about?: string;
  actions?: ReactNode;
  reading: Reading<T>;
  children: (value: T) => ReactNode;
}) {
  const { m } = useI18n();
  return (
    <Container
      header={
        <Header variant="h2" description={about} actions={actions}>
          {title}
        </Header>
      }
    >
      <Trouble error={error} retry={reload} />
      {value !== null && children(value)}
      {value === null && error === null && (
        <Box textAlign="center">
          <span role="status" aria-label={m.loading}>
            <Spinner />
          </span>
        </Box>
      )}
    </Container>
  );
}
