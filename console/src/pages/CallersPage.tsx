import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router-dom";
import { CampaignTable } from "../callers/CampaignTable";
import { ListPanel } from "../callers/ListPanel";
import { isCaller } from "../callers/words";
import { useI18n } from "../i18n/context";
import { useTitle } from "../parts/useTitle";

const TABS = ["campaigns", "block", "allow"] as const;

/** Who calls: find a number, see campaigns, keep the lists. */
export default function CallersPage() {
  const { m } = useI18n();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const [number, setNumber] = useState("");
  const [refused, setRefused] = useState(false);
  useTitle(m.callers.title);
  const tab = TABS.find((known) => known === search.get("tab")) ?? "campaigns";
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={m.callers.about}>
          {m.callers.title}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <form
          role="search"
          onSubmit={(event) => {
            event.preventDefault();
            const wanted = number.trim();
            setRefused(wanted !== "" && !isCaller(wanted));
            if (isCaller(wanted)) void navigate(`/callers/${encodeURIComponent(wanted)}`);
          }}
        >
          <div className="beside">
            <FormField
              label={m.callers.find}
              description={m.callers.findHint}
              errorText={refused ? m.callers.notNumber : undefined}
            >
              <Input
                type="search"
                inputMode="tel"
                value={number}
                onChange={({ detail }) => {
                  setRefused(false);
                  setNumber(detail.value.slice(0, 40));
                }}
              />
            </FormField>
            <Button formAction="submit">{m.callers.show}</Button>
          </div>
        </form>
        <Tabs
          ariaLabel={m.callers.title}
          activeTabId={tab}
          onChange={({ detail }) => setSearch({ tab: detail.activeTabId }, { replace: true })}
          tabs={TABS.map((id) => ({
            id,
            label: m.callers[id],
            content: id === tab && (id === "campaigns" ? <CampaignTable /> : <ListPanel key={id} list={id} />),
          }))}
        />
      </SpaceBetween>
    </ContentLayout>
  );
}
