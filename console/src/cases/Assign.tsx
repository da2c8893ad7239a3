import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { cases } from "../api/cases";
import type { Case } from "../api/types";
import { useI18n } from "../i18n/context";
import { useRead } from "../parts/useRead";
import { Refusal } from "./Refusal";
import { useAct } from "./useAct";

const NOBODY = "";

/** Take a case, or give it to somebody else or to nobody. */
export function Assign({ of, username, changed }: { of: Case; username: string; changed: () => void }) {
  const { m } = useI18n();
  const { value: staff } = useRead(cases.staff);
  const [to, setTo] = useState<string | null>(null);
  const { busy, refusal, act } = useAct(changed);
  const give = (name: string, assignee: string | null) =>
    void act(name, () => cases.assign(of.case_id, assignee, of.version)).then((done) => done && setTo(null));
  const options = [
    ...(of.assignee ? [{ value: NOBODY, label: m.cases.giveBack }] : []),
    ...(staff ?? []).filter((name) => name !== of.assignee).map((name) => ({ value: name, label: name })),
  ];
  return (
    <SpaceBetween size="s">
      <Refusal error={refusal} />
      <div className="assign">
        {of.assignee !== username && (
          <Button variant="primary" loading={busy === "take"} onClick={() => give("take", username)}>
            {m.cases.take}
          </Button>
        )}
        <FormField label={m.cases.giveTo}>
          <Select
            selectedOption={options.find(({ value }) => value === to) ?? null}
            options={options}
            placeholder={m.cases.choose}
            onChange={({ detail }) => setTo(detail.selectedOption.value ?? null)}
          />
        </FormField>
        <Button
          disabled={to === null}
          loading={busy === "give"}
          onClick={() => give("give", to === NOBODY ? null : to)}
        >
          {m.cases.assign}
        </Button>
      </div>
    </SpaceBetween>
  );
}
