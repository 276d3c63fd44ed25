/** Why two sides cannot be joined, drawn: their partitions side by side, or the bytes in which each writes a key. */
import type { WireError } from '../../protocol/api.ts';
import { Button } from '../components/controls.tsx';
import './join-refusal.css';

interface Partitions {
  readonly refusal: 'partitions';
  readonly left: { readonly name: string; readonly partitions: number };
  readonly right: { readonly name: string; readonly partitions: number };
  readonly repartition: string;
  readonly copy: string;
}
interface Types {
  readonly refusal: 'types';
  readonly left: { readonly expression: string; readonly type: string };
  readonly right: { readonly expression: string; readonly type: string };
}

/** @param onInsert puts a statement in front of the one that was refused */
export function JoinRefusal(props: { readonly error: WireError; readonly onInsert: (sql: string) => void }) {
  const refusal = refusalOf(props.error.details);
  if (refusal === undefined) return null;
  return refusal.refusal === 'partitions' ? (
    <PartitionsRefusal refusal={refusal} onInsert={props.onInsert} />
  ) : (
    <TypesRefusal refusal={refusal} />
  );
}

function refusalOf(details: WireError['details']): Partitions | Types | undefined {
  const { refusal } = details;
  // The engine writes these together.
  return refusal === 'partitions' || refusal === 'types' ? (details as unknown as Partitions | Types) : undefined;
}

const LANE = 15;
const MAX_LANES = 8;
const WIDTH = 168;
const SIDE = 60;

function PartitionsRefusal(props: { readonly refusal: Partitions; readonly onInsert: (sql: string) => void }) {
  const { left, right, repartition, copy } = props.refusal;
  const [fewer, more] = left.partitions < right.partitions ? [left, right] : [right, left];
  const lanes = Math.min(MAX_LANES, more.partitions);
  const height = lanes * LANE + 18;
  const y = (lane: number): number => 16 + lane * LANE;
  const numbers = Array.from({ length: lanes }, (_, i) => i);
  const label = `${left.name} has ${left.partitions} partitions and ${right.name} ${right.partitions}: partitions from ${fewer.partitions} on have no counterpart`;
  const column = (side: Partitions['left'], x: number) => (
    <g>
      <text className="name" x={x} y="9">
        {side.name}
      </text>
      {numbers.map((i) =>
        i < side.partitions ? (
          <g key={i}>
            <rect
              className={i < fewer.partitions ? 'lane' : 'lane alone'}
              x={x}
              y={y(i)}
              width={SIDE}
              height={LANE - 4}
              rx="2"
            />
            <text className="number" x={x + 5} y={y(i) + 8.5}>
              {i === MAX_LANES - 1 && side.partitions > MAX_LANES ? `${i} to ${side.partitions - 1}` : i}
            </text>
          </g>
        ) : (
          <rect key={i} className="lane missing" x={x} y={y(i)} width={SIDE} height={LANE - 4} rx="2" />
        ),
      )}
    </g>
  );
  return (
    <div className="join-refusal">
      <svg width={WIDTH} height={height} viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={label}>
        {numbers.map((i) => (
          <path
            key={i}
            className={i < fewer.partitions ? 'pair' : 'pair alone'}
            d={`M${SIDE + 4} ${y(i) + 5.5}H${WIDTH - SIDE - 4}`}
          />
        ))}
        {column(left, 0.5)}
        {column(right, WIDTH - SIDE - 0.5)}
      </svg>
      <p>
        One task joins one partition of each side. A key goes to the partition that the number of partitions decides, so
        with {left.partitions} and {right.partitions} the same key lies in different ones, and the task that has one row
        never sees the other.
      </p>
      <pre className="mono">{repartition}</pre>
      <Button small onPress={() => props.onInsert(repartition)}>
        Insert before the join
      </Button>
      <span className="dim">then join {copy} in its place.</span>
    </div>
  );
}

function TypesRefusal({ refusal: { left, right } }: { readonly refusal: Types }) {
  const written = (type: string): string => {
    if (/^(VARCHAR|STRING)/.test(type)) return "'1'";
    return /^(DOUBLE|DECIMAL)/.test(type) ? '1.0' : /^BOOLEAN/.test(type) ? 'true' : '1';
  };
  const [a, b] = [written(left.type), written(right.type)];
  const side = ({ expression, type }: Types['left'], text: string) => (
    <div className="key-side">
      <code className="mono">{expression}</code>
      <span className="dim">{type}</span>
      {a !== b && <code className="mono written">{text}</code>}
    </div>
  );
  return (
    <div className="join-refusal">
      <div className="key-sides">
        {side(left, a)}
        <span className="unequal" aria-hidden="true">
          ≠
        </span>
        {side(right, b)}
      </div>
      <p>
        Rows meet by the bytes of their keys, and {a === b ? 'values of two types' : `${a} and ${b}`} are not written
        alike: what looks equal lies in different partitions, and is a different key.
      </p>
    </div>
  );
}
