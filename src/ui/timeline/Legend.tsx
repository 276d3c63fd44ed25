import type { Glyph } from './scene.ts';

export interface LegendEntry {
  readonly sign: Glyph | 'open' | 'held' | 'closed' | 'grace' | 'streamTime' | 'older';
  readonly text: string;
}

const SIGNS: Record<LegendEntry['sign'], React.ReactNode> = {
  dot: <circle cx="7" cy="7" r="4" fill="var(--key-0)" />,
  diamond: <path d="M7 2l5 5-5 5-5-5z" fill="var(--key-0)" />,
  cross: <path d="M3.500 3.500l7 7M10.500 3.500l-7 7" stroke="var(--fg-3)" strokeWidth="1.5" />,
  ring: <circle cx="7" cy="7" r="4" fill="none" stroke="var(--key-0)" strokeWidth="1.5" />,
  dashed: <circle cx="7" cy="7" r="4" fill="none" stroke="var(--key-0)" strokeWidth="1.5" strokeDasharray="2 2" />,
  tombstone: (
    <g fill="none" stroke="var(--key-0)" strokeWidth="1.5">
      <circle cx="7" cy="7" r="4" strokeDasharray="2 1.5" />
      <path d="M2.500 11.500l9-9" />
    </g>
  ),
  open: <rect x="1" y="3" width="12" height="8" rx="2" fill="var(--key-0)" fillOpacity="0.26" stroke="var(--key-0)" />,
  held: (
    <rect
      x="1"
      y="3"
      width="12"
      height="8"
      rx="2"
      fill="var(--key-0)"
      fillOpacity="0.26"
      stroke="var(--key-0)"
      strokeDasharray="3 2"
    />
  ),
  closed: <rect x="1" y="3" width="12" height="8" rx="2" fill="none" stroke="var(--fg-3)" strokeOpacity="0.7" />,
  older: (
    <text x="7" y="11" fontSize="11" textAnchor="middle" fill="var(--fg-3)">
      n
    </text>
  ),
  grace: <path d="M1 12L12 1M1 7l6-6M7 13l6-6" stroke="var(--fg-3)" strokeOpacity="0.7" />,
  streamTime: <rect x="6" y="1" width="2" height="12" fill="var(--accent)" />,
};

/** What the signs mean, while nothing is pointed at; why results are missing, how it stands, and what cannot be known. */
export function Legend({
  entries,
  status,
  note,
  warning,
}: {
  readonly entries: readonly LegendEntry[];
  readonly status: string | undefined;
  readonly note: string | undefined;
  readonly warning: string | undefined;
}) {
  return (
    <>
      {warning !== undefined && <div className="timeline-warning">{warning}</div>}
      {status !== undefined && <div className="timeline-status">{status}</div>}
      <div className="timeline-legend">
        {entries.map(({ sign, text }) => (
          <span key={sign}>
            <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
              {SIGNS[sign]}
            </svg>
            {text}
          </span>
        ))}
      </div>
      {note !== undefined && <div>{note}</div>}
    </>
  );
}
