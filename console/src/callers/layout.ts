// Where the points of a network go: forces, a fixed number of steps, no chance, so that a picture stays as it was.

export interface Point {
  id: string;
  x: number;
  y: number;
}

export interface Line {
  one: string;
  other: string;
  weight: number;
}

const STEPS = 120;
const GOLDEN = Math.PI * (3 - Math.sqrt(5));

/** Points within 0 to 1 in both directions; linked ones lie close to each other. */
export function layout(ids: string[], lines: Line[]): Point[] {
  const ideal = 0.6 / Math.sqrt(Math.max(1, ids.length));
  const points = ids.map((id, place) => {
    const away = 0.45 * Math.sqrt((place + 0.5) / Math.max(1, ids.length));
    return { id, x: 0.5 + away * Math.cos(place * GOLDEN), y: 0.5 + away * Math.sin(place * GOLDEN) };
  });
  const of = new Map(points.map((point) => [point.id, point]));
  for (let step = 0; step < STEPS; step += 1) {
    const moves = new Map(points.map((point) => [point.id, { x: 0.02 * (0.5 - point.x), y: 0.02 * (0.5 - point.y) }]));
    const push = (from: Point, to: Point, force: number) => {
      const dx = to.x - from.x || 1e-6;
      const dy = to.y - from.y;
      const length = Math.hypot(dx, dy);
      const move = moves.get(to.id);
      if (!move) return;
      move.x += (force * dx) / length;
      move.y += (force * dy) / length;
    };
    for (const one of points)
      for (const other of points) {
        if (one === other) continue;
        const apart = Math.max(0.005, Math.hypot(other.x - one.x, other.y - one.y));
        push(one, other, (0.05 * ideal * ideal) / apart);
      }
    for (const line of lines) {
      const one = of.get(line.one);
      const other = of.get(line.other);
      if (!one || !other) continue;
      const apart = Math.hypot(other.x - one.x, other.y - one.y);
      const pull = -0.02 * line.weight * (apart / ideal) * apart;
      push(one, other, pull);
      push(other, one, pull);
    }
    const most = 0.05 * (1 - step / STEPS);
    for (const point of points) {
      const move = moves.get(point.id) ?? { x: 0, y: 0 };
      const length = Math.hypot(move.x, move.y);
      const kept = length > most ? most / length : 1;
      point.x = Math.min(0.97, Math.max(0.03, point.x + move.x * kept));
      point.y = Math.min(0.97, Math.max(0.03, point.y + move.y * kept));
    }
  }
  return filled(points);
}

/** As large as the picture allows, in the shape that the forces gave. */
function filled(points: Point[]): Point[] {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const middle = (of: number[]) => (Math.max(...of) + Math.min(...of)) / 2;
  const extent = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
  if (!(extent > 0)) return points;
  const [cx, cy, times] = [middle(xs), middle(ys), 0.92 / extent];
  return points.map(({ id, x, y }) => ({ id, x: 0.5 + (x - cx) * times, y: 0.5 + (y - cy) * times }));
}
