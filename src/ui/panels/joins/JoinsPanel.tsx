/** Joins of two streams on a time line: the rows of both sides, who met whom, and who is left. */
import type { JoinWatch, OperatorWatch } from '../../../protocol/watch.ts';
import { Empty } from '../../components/Empty.tsx';
import { formatSpan } from '../../timeline/scale.ts';
import { WatchPanel, type Picture } from '../../timeline/WatchPanel.tsx';
import { describeItem } from './describe.ts';
import { joinScene, partnersOf } from './join-scene.ts';

const PICTURE: Picture<JoinWatch> = {
  kind: 'join',
  isOf: (watch: OperatorWatch): watch is JoinWatch => watch.kind === 'join',
  sceneOf: joinScene,
  describe: describeItem,
  facts: factsOf,
  partnersOf: (watch) => (mark) => partnersOf(mark, watch),
  legend: [
    { sign: 'dot', text: 'met a row of the other side' },
    { sign: 'dashed', text: 'waits for one' },
    { sign: 'ring', text: 'met none' },
    { sign: 'cross', text: 'late, not kept' },
    { sign: 'streamTime', text: 'stream time' },
    { sign: 'grace', text: 'grace: a late partner is still awaited' },
  ],
};

export function JoinsPanel() {
  return (
    <WatchPanel
      picture={PICTURE}
      empty={
        <Empty
          title="No join of two streams to look into"
          sql={
            'CREATE STREAM PAID_ORDERS AS\n  SELECT O.ID AS ID, O.ITEM, P.AMOUNT\n  FROM ORDERS O\n  LEFT JOIN PAYMENTS P\n    WITHIN 10 MINUTES GRACE PERIOD 1 MINUTE\n    ON O.ID = P.ID\n  EMIT CHANGES;'
          }
        >
          Two streams are joined within a time: rows with the same key meet when they happened close enough to each
          other. Start a join, and both sides are drawn here, with a line between those that met and an open ring for
          whoever met nobody.
        </Empty>
      }
    />
  );
}

function factsOf({ type, beforeMs, afterMs, graceMs, isEager, left, right }: JoinWatch): string {
  const within =
    beforeMs === afterMs
      ? `within ${formatSpan(beforeMs)}`
      : `${formatSpan(beforeMs)} before to ${formatSpan(afterMs)} after`;
  return `${left} ${type} JOIN ${right}, ${within}${isEager ? '' : `, grace ${formatSpan(graceMs)}`}`;
}
