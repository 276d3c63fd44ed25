/** Joins: the rows of both sides by key, whom each met, and who met nobody. */
import { Empty } from '../../components/Empty.tsx';
import { drawingOf } from '../../timeline/picture.ts';
import { WatchPanel } from '../../timeline/WatchPanel.tsx';
import { STREAM_JOIN } from './stream-join-picture.ts';
import { TABLE_JOIN } from './table-join-picture.ts';

const PICTURES = [drawingOf(STREAM_JOIN), drawingOf(TABLE_JOIN)];

export function JoinsPanel() {
  return (
    <WatchPanel
      kind="join"
      pictures={PICTURES}
      empty={
        <Empty
          title="No join to look into"
          sql={
            'CREATE STREAM PAID_ORDERS AS\n  SELECT O.ID AS ID, O.ITEM, P.AMOUNT\n  FROM ORDERS O\n  LEFT JOIN PAYMENTS P\n    WITHIN 10 MINUTES GRACE PERIOD 1 MINUTE\n    ON O.ID = P.ID\n  EMIT CHANGES;'
          }
        >
          Two streams are joined within a time: rows with the same key meet when they happened close enough to each
          other. A table is looked up as it is when a record comes. Start a join, and both sides are drawn here by key,
          with a line between those that met and an open ring for whoever met nobody.
        </Empty>
      }
    />
  );
}
