import Box from "@cloudscape-design/components/box";
import { useMemo } from "react";
import type { CampaignDetail } from "../api/types";
import { useI18n } from "../i18n/context";
import { layout } from "./layout";
import { short } from "./words";

const WIDTH = 640;
const HEIGHT = 400;
const MOST = 80;
const APART = 4;

/** The campaign as points and lines: dashes tell the kinds of evidence apart for who sees no colours. */
export function Network({ of }: { of: CampaignDetail }) {
  const { m } = useI18n();
  const { points, lines } = useMemo(() => {
    const members = of.members.slice(-MOST);
    const shown = new Set(members.map(({ caller }) => caller));
    const kept = of.edges.filter(({ one, other }) => shown.has(one) && shown.has(other));
    return { points: layout([...shown], kept), lines: kept };
  }, [of]);
  const at = new Map(points.map((point) => [point.id, { x: point.x * WIDTH, y: point.y * HEIGHT }]));
  const kinds = [...new Set(lines.map(({ evidence }) => evidence))];
  return (
    <figure className="network">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`${m.callers.network}: ${of.numbers}`}>
        {lines.map(({ one, other, evidence, weight }) => {
          const a = at.get(one);
          const b = at.get(other);
          if (!a || !b) return null;
          // What two numbers share besides lies beside, not upon, the first line.
          const beside = APART * (kinds.indexOf(evidence) - (kinds.length - 1) / 2);
          const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
          const [dx, dy] = [(-(b.y - a.y) / length) * beside, ((b.x - a.x) / length) * beside];
          return (
            <line
              key={`${one} ${other} ${evidence}`}
              className={`edge edge-${evidence}`}
              x1={a.x + dx}
              y1={a.y + dy}
              x2={b.x + dx}
              y2={b.y + dy}
              strokeWidth={0.5 + 2 * weight}
            />
          );
        })}
        {points.map(({ id }) => {
          const point = at.get(id);
          return (
            point && (
              <circle key={id} className="node" cx={point.x} cy={point.y} r={6}>
                <title>{short(id)}</title>
              </circle>
            )
          );
        })}
      </svg>
      <figcaption>
        <ul className="plain network-kinds">
          {kinds.map((kind) => (
            <li key={kind}>
              <svg viewBox="0 0 32 8" width="32" height="8" aria-hidden="true">
                <line className={`edge edge-${kind}`} x1="0" y1="4" x2="32" y2="4" strokeWidth="2" />
              </svg>{" "}
              {m.callers.evidence[kind]}
            </li>
          ))}
        </ul>
        <Box variant="small" color="text-body-secondary">
          {m.callers.networkAbout}
          {of.numbers > points.length && ` ${of.numbers - points.length} ${m.callers.beyond}.`}
        </Box>
      </figcaption>
    </figure>
  );
}
