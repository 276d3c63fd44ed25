/** A pull query on a stream: everything that is in the topic now. */
import type { Row } from '../../common/sql-type.ts';
import type { Query } from '../../sql/ast.ts';
import type { Engine } from '../engine/engine.ts';
import { Session } from '../engine/session.ts';
import { openPush } from './push.ts';

/** Rows that a result holds at most; a stream without LIMIT may be longer than memory. */
const MAX_ROWS = 100_000;

export async function readStream(engine: Engine, session: Session, statement: Query): Promise<readonly Row[]> {
  const own = new Session({ ...session.overrides(), 'auto.offset.reset': 'earliest' });
  const subscription = await openPush(
    engine,
    own,
    { ...statement, emit: 'CHANGES', limit: statement.limit ?? MAX_ROWS },
    '',
  );
  const rows: Row[] = [];
  try {
    await engine.runner.drainTransient(subscription.id, () => {
      for (const { row } of subscription.take()) rows.push(row);
    });
  } finally {
    await engine.runner.stopTransient(subscription.id);
  }
  return rows;
}
