/** A stream that looks up a table, and two tables, joined by key or by foreign key. */
import type { OperatorWatch, TableJoinWatch } from '../../../protocol/watch.ts';
import type { LegendEntry } from '../../timeline/Legend.tsx';
import type { Picture } from '../../timeline/picture.ts';
import { tableJoinScene } from './table-join-scene.ts';
import { describeTableItem } from './table-join-words.ts';

export const TABLE_JOIN: Picture<TableJoinWatch> = {
  isOf: (watch: OperatorWatch): watch is TableJoinWatch => watch.kind === 'table-join',
  sceneOf: tableJoinScene,
  describe: describeTableItem,
  facts: ({ left, type, right, shape }) => `${left} ${type} JOIN ${right}, ${SHAPES[shape]}`,
  axes: ['arrival', 'time'],
  notes: {
    notWhole:
      'The tables have more rows than are read again for the picture: what met an old one then shows as if it had met none.',
    notInOrder:
      'In which order the sides came before the page was opened is not in the log: they are taken by time, so what a table held then may differ.',
  },
  legend: ({ watch }) => LEGENDS[watch.shape],
};

const SHAPES: Record<TableJoinWatch['shape'], string> = {
  'stream-table': 'stream with table',
  'table-table': 'table with table',
  'foreign-key': 'by foreign key',
};

const HELD: LegendEntry = { sign: 'open', text: 'what the table holds now' };
const REPLACED: LegendEntry = { sign: 'closed', text: 'what it held until the next' };
const DELETED: LegendEntry = { sign: 'tombstone', text: 'deleted' };
const LEGENDS: Record<TableJoinWatch['shape'], readonly LegendEntry[]> = {
  'stream-table': [
    { sign: 'dot', text: 'met a row, or is one' },
    { sign: 'ring', text: 'the table held no row' },
    { sign: 'cross', text: 'no key: left out' },
    HELD,
    REPLACED,
    DELETED,
  ],
  'table-table': [
    { sign: 'dot', text: 'the other side held a row' },
    { sign: 'ring', text: 'it held none' },
    HELD,
    REPLACED,
    DELETED,
  ],
  'foreign-key': [
    { sign: 'dot', text: 'met a row of the other side' },
    { sign: 'ring', text: 'met none' },
    { sign: 'dashed', text: 'has asked, is not answered yet' },
    HELD,
    REPLACED,
    { sign: 'tombstone', text: 'deleted, or refers to another' },
  ],
};
