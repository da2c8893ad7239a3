// Where the nodes of a network stand: people on the left, their businesses in the middle, whom these pay on the right.
import type { AssistPanels } from "../api/types";

type Node = AssistPanels["network"]["nodes"][number];
type Tie = AssistPanels["network"]["ties"][number];

export interface Spot {
  id: string;
  x: number;
  y: number;
  kind: Node["kind"];
  subject: boolean;
  label: string;
}

const COLUMNS: Record<0 | 1 | 2, number> = { 0: 70, 1: 240, 2: 410 };
const ROW = 52;
const LONGEST = 22;

/** Spots and lines in a picture of this size. The same network always looks the same. */
export function placed(nodes: Node[], ties: Tie[]) {
  const held = new Set(ties.filter(({ kind }) => kind === "role").map(({ target }) => target));
  const column = (node: Node) => (node.kind === "person" ? 0 : held.has(node.id) ? 1 : 2);
  const filled: Record<number, number> = {};
  const spots: Spot[] = nodes.map((node) => {
    const at = column(node);
    const row = filled[at] ?? 0;
    filled[at] = row + 1;
    const label = node.name ?? node.id;
    return {
      id: node.id,
      x: COLUMNS[at],
      y: 24 + row * ROW,
      kind: node.kind,
      subject: node.subject,
      label: label.length > LONGEST ? `${label.slice(0, LONGEST - 1)}…` : label,
    };
  });
  const by = new Map(spots.map((spot) => [spot.id, spot]));
  const lines = ties.flatMap(({ source, target, kind }) => {
    const [from, to] = [by.get(source), by.get(target)];
    return from && to ? [{ from, to, kind, key: `${source} ${target} ${kind}` }] : [];
  });
  return { spots, lines, width: 480, height: Math.max(1, ...Object.values(filled)) * ROW };
}
