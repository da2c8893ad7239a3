import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { analytics } from "../api/analytics";
import type { LinkedReport, ReportFormat, ReportKind } from "../api/types";
import { useI18n } from "../i18n/context";
import { Trouble } from "../parts/Trouble";
import { count } from "../parts/figures";

const KINDS: ReportKind[] = ["customers", "transactions", "cohorts"];
const FORMATS: { format: ReportFormat; name: string }[] = [
  { format: "csv", name: "CSV" },
  { format: "xlsx", name: "Excel" },
  { format: "html", name: "HTML" },
];

/** Files to take away, in the reader's language. */
export function ReportsPanel() {
  const { m, language, time } = useI18n();
  const [kind, setKind] = useState<ReportKind>("customers");
  const [making, setMaking] = useState<ReportFormat | null>(null);
  const [made, setMade] = useState<LinkedReport | null>(null);
  const [problem, setProblem] = useState<{ error: unknown; format: ReportFormat } | null>(null);

  async function make(format: ReportFormat) {
    setMaking(format);
    try {
      const report = await analytics.report(kind, format, language);
      setMade(report);
      setProblem(null);
      // The file comes as an attachment: the page stays.
      location.assign(report.url);
    } catch (error) {
      setProblem({ error, format });
    }
    setMaking(null);
  }

  return (
    <Container
      header={
        <Header variant="h2" description={m.reportsAbout}>
          {m.reports}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <Trouble error={problem?.error ?? null} retry={() => problem && void make(problem.format)} />
        <SegmentedControl
          selectedId={kind}
          label={m.reportKind}
          options={KINDS.map((id) => ({ id, text: m.reportKinds[id] }))}
          onChange={({ detail }) => setKind(detail.selectedId as ReportKind)}
        />
        <SpaceBetween direction="horizontal" size="xs">
          {FORMATS.map(({ format, name }) => (
            <Button
              key={format}
              iconName="download"
              loading={making === format}
              disabled={making !== null && making !== format}
              onClick={() => void make(format)}
            >
              {name}
            </Button>
          ))}
        </SpaceBetween>
        <div role="status">
          {made && (
            <Box>
              {m.reportMade} {m.reportKinds[made.kind]} · {count(made.rows, language)} {m.lines} ·{" "}
              <Link href={made.url}>{m.downloadAgain}</Link> ({m.until} {time(made.expires_at)})
            </Box>
          )}
        </div>
      </SpaceBetween>
    </Container>
  );
}
