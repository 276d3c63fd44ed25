/** Two streams that are joined within a time. */
import type { JoinWatch, OperatorWatch } from '../../../protocol/watch.ts';
import { formatSpan } from '../../timeline/scale.ts';
import type { Picture } from '../../timeline/picture.ts';
import { describeItem } from './describe.ts';
import { joinScene, partnersOf } from './join-scene.ts';

export const STREAM_JOIN: Picture<JoinWatch> = {
  isOf: (watch: OperatorWatch): watch is JoinWatch => watch.kind === 'join',
  sceneOf: joinScene,
  describe: describeItem,
  facts: factsOf,
  partnersOf: (watch) => (mark) => partnersOf(mark, watch),
  axes: ['time'],
  notes: {
    notWhole: 'The oldest records were not read again: whoever met them is drawn without the line.',
    notInOrder:
      'In which order the two sides came before the page was opened is not in the log: they are taken by time, so lateness of then may differ.',
  },
  legend: () => [
    { sign: 'dot', text: 'met a row of the other side' },
    { sign: 'dashed', text: 'waits for one' },
    { sign: 'ring', text: 'met none' },
    { sign: 'cross', text: 'late, not kept' },
    { sign: 'streamTime', text: 'stream time' },
    { sign: 'grace', text: 'grace: a late partner is still awaited' },
  ],
};

function factsOf({ type, beforeMs, afterMs, graceMs, isEager, left, right }: JoinWatch): string {
  const within =
    beforeMs === afterMs
      ? `within ${formatSpan(beforeMs)}`
      : `${formatSpan(beforeMs)} before to ${formatSpan(afterMs)} after`;
  return `${left} ${type} JOIN ${right}, ${within}${isEager ? '' : `, grace ${formatSpan(graceMs)}`}`;
}
