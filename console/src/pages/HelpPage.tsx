import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import { ChatPanel } from "../ai/ChatPanel";
import { useI18n } from "../i18n/context";
import { useTitle } from "../parts/useTitle";

/** Help at any hour, and a way to a person. */
export default function HelpPage() {
  const { m } = useI18n();
  useTitle(m.help);
  return (
    <ContentLayout header={<Header variant="h1">{m.help}</Header>}>
      <ChatPanel />
    </ContentLayout>
  );
}
