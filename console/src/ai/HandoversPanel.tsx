import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { Panel } from "../analytics/Panel";
import { ai } from "../api/ai";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { useRead } from "../parts/useRead";

/** Customers who asked the chatbot for a person, or whom a rule sends to one. */
export function HandoversPanel() {
  const { m, moment } = useI18n();
  const reading = useRead(ai.handovers);
  const [error, setError] = useState<unknown>(null);
  const take = (id: string) => {
    ai.take(id)
      .then(
        () => setError(null),
        (problem: unknown) => setError(problem),
      )
      .finally(reading.reload);
  };
  return (
    <Panel title={m.handovers} about={m.handoversAbout} reading={reading}>
      {(items) => (
        <>
          <Trouble error={error} retry={reading.reload} />
          <Table
            variant="embedded"
            wrapLines
            trackBy="handover_id"
            items={items}
            ariaLabels={{ tableLabel: m.handovers }}
            empty={<Box textAlign="center">{m.noHandovers}</Box>}
            columnDefinitions={[
              {
                id: "who",
                header: m.customer,
                isRowHeader: true,
                cell: (item) => (
                  <>
                    {item.username}
                    <Box variant="small" display="block" color="text-body-secondary">
                      {moment(item.at)} · {m.handoverReasons[item.reason] ?? item.reason}
                    </Box>
                    <span className="wrap">{item.excerpt}</span>
                  </>
                ),
              },
              {
                id: "taken",
                header: m.takenBy,
                cell: (item) =>
                  item.taken_by ?? (
                    <Button ariaLabel={`${m.take} ${item.username}`} onClick={() => take(item.handover_id)}>
                      {m.take}
                    </Button>
                  ),
              },
            ]}
          />
        </>
      )}
    </Panel>
  );
}
