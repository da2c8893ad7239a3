import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import FormField from "@cloudscape-design/components/form-field";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { api } from "../api/client";
import type { Call } from "../api/types";
import { useI18n } from "../i18n/context";

const OUTCOMES = ["PAID", "PROMISED", "REFUSED", "CALLBACK", "RESOLVED", "OTHER"] as const;

/** Escalate and end: the two things one does to a whole call. */
export function CallButtons({ call, onError }: { call: Call; onError: (error: unknown) => void }) {
  const { m } = useI18n();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);

  async function run(work: () => Promise<unknown>) {
    setBusy(true);
    try {
      await work();
    } catch (error) {
      onError(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button disabled={call.escalated} iconName="notification" onClick={() => setAsking(true)}>
        {call.escalated ? m.escalated : m.escalate}
      </Button>
      <ButtonDropdown
        disabled={call.status === "ENDED"}
        loading={busy}
        items={OUTCOMES.map((id) => ({ id, text: id === "OTHER" ? m.OTHER_OUTCOME : m[id] }))}
        onItemClick={({ detail }) => void run(() => api.end(call.contact_id, detail.id))}
      >
        {call.status === "ENDED" ? m.ENDED : m.endCall}
      </ButtonDropdown>
      <Modal
        visible={asking}
        header={m.escalateTitle}
        onDismiss={() => setAsking(false)}
        footer={
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" onClick={() => setAsking(false)}>
                {m.cancel}
              </Button>
              <Button
                variant="primary"
                loading={busy}
                onClick={() =>
                  void run(async () => {
                    await api.act(call.contact_id, "ESCALATE", { comment: reason });
                    setAsking(false);
                  })
                }
              >
                {m.send}
              </Button>
            </SpaceBetween>
          </Box>
        }
      >
        <FormField label={m.escalateReason} stretch>
          <Textarea value={reason} onChange={({ detail }) => setReason(detail.value.slice(0, 2000))} />
        </FormField>
      </Modal>
    </SpaceBetween>
  );
}
