import ExpandableSection from "@cloudscape-design/components/expandable-section";
import type { AssistPanels } from "../api/types";
import { useI18n } from "../i18n/context";
import { money } from "../parts/figures";
import { placed } from "./network";
import { Shell } from "./Shell";

type Network = AssistPanels["network"];

/** People, their businesses, and whom these pay: as a picture, and the same in words. */
export function NetworkPanel({ panel }: { panel: Network }) {
  const { m, language } = useI18n();
  const w = m.assist;
  const nodes = panel.nodes;
  const ties = panel.ties;
  const name = (id: string) => nodes.find((node) => node.id === id)?.name ?? id;
  return (
    <Shell title={w.network} age={panel} empty={nodes.length === 0}>
      <Picture panel={panel} />
      <ExpandableSection headerText={`${w.ties} (${ties.length})`}>
        <ul className="assist-list">
          {ties.map((tie) => (
            <li key={`${tie.source} ${tie.target} ${tie.kind}`}>
              {tie.kind === "role"
                ? `${name(tie.source)} – ${w.roles[tie.role ?? ""] ?? tie.role}: ${name(tie.target)}`
                : `${name(tie.source)} → ${name(tie.target)}: ${money(tie.amount ?? 0, tie.currency ?? "EUR", language)} (${tie.payments ?? 0})`}
            </li>
          ))}
        </ul>
      </ExpandableSection>
    </Shell>
  );
}

function Picture({ panel }: { panel: Network }) {
  const { m } = useI18n();
  const { spots, lines, width, height } = placed(panel.nodes, panel.ties);
  return (
    <svg className="assist-network" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={m.assist.networkPicture}>
      {lines.map(({ from, to, kind, key }) => (
        <line key={key} x1={from.x} y1={from.y} x2={to.x} y2={to.y} className={`tie-${kind}`} />
      ))}
      {spots.map(({ id, x, y, kind, subject, label }) => (
        <g key={id} className={subject ? "node-subject" : `node-${kind}`}>
          {kind === "person" ? <circle cx={x} cy={y} r={8} /> : <rect x={x - 8} y={y - 8} width={16} height={16} rx={3} />}
          <text x={x} y={y + 22} textAnchor="middle">
            {label}
          </text>
        </g>
      ))}
    </svg>
  );
}
