import Box from "@cloudscape-design/components/box";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { ApplicationView } from "../api/onboarding";
import { useI18n } from "../i18n/context";

const STANDING: Record<"done" | "now" | "ahead", StatusIndicatorProps.Type> = {
  done: "success",
  now: "in-progress",
  ahead: "pending",
};

/** The steps of the way: in a line where there is room, on a phone the present one with how far it is. */
export function Way({ steps, names }: { steps: ApplicationView["steps"]; names: Record<string, string> }) {
  const { m } = useI18n();
  const o = m.onboarding;
  if (steps.length === 0) return null;
  const finished = steps.filter(({ standing }) => standing === "done").length;
  const present = steps.find(({ standing }) => standing === "now");
  return (
    <nav aria-label={o.yourWay} className="way">
      <div className="way-short">
        <Box fontWeight="bold">
          {o.stepOf} {Math.min(finished + 1, steps.length)} {o.of} {steps.length}
          {present && ` · ${names[present.step] ?? present.step}`}
        </Box>
        <div className="shares-bar">
          <div style={{ width: `${Math.round((100 * finished) / steps.length)}%` }} />
        </div>
      </div>
      <ol className="plain way-steps">
        {steps.map(({ step, standing }) => (
          <li key={step} aria-current={standing === "now" ? "step" : undefined} className={`way-${standing}`}>
            <StatusIndicator type={STANDING[standing]} iconAriaLabel={o[standing]}>
              {names[step] ?? step}
            </StatusIndicator>
          </li>
        ))}
      </ol>
    </nav>
  );
}
