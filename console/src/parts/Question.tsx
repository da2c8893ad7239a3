import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import { useI18n } from "../i18n/context";

/** A dialog that asks something before it goes on. */
export function Question({
  visible,
  title,
  close,
  label,
  busy,
  ready,
  answer,
  children,
}: {
  visible: boolean;
  title: string;
  close: () => void;
  label: string;
  busy: boolean;
  ready: boolean;
  answer: () => void;
  children: ReactNode;
}) {
  const { m } = useI18n();
  return (
    <Modal
      visible={visible}
      header={title}
      onDismiss={close}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={close}>
              {m.cancel}
            </Button>
            <Button variant="primary" loading={busy} disabled={!ready} onClick={answer}>
              {label}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      {children}
    </Modal>
  );
}
