import Box from "@cloudscape-design/components/box";

export interface Part {
  name: string;
  /** How long the bar is. */
  size: number;
  /** What stands beside it. */
  said: string;
}

/** Bars of the largest part's length, each with its figure in words. */
export function Shares({ parts, label }: { parts: Part[]; label: string }) {
  const largest = Math.max(...parts.map(({ size }) => size), 0);
  return (
    <ul className="shares" aria-label={label}>
      {parts.map(({ name, size, said }) => (
        <li key={name}>
          <div className="shares-words">
            <span>{name}</span>
            <Box color="text-body-secondary" variant="span">
              {said}
            </Box>
          </div>
          <div className="shares-bar" aria-hidden="true">
            <div style={{ width: `${largest > 0 ? (100 * Math.max(size, 0)) / largest : 0}%` }} />
          </div>
        </li>
      ))}
    </ul>
  );
}
