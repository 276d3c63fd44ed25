/** A pull query on a stream: everything that is in the topic now. */
import type { Row } from '../../common/sql-type.ts';
import type { Query } from '../../sql/ast.ts';
import type { Engine } from '../engine/engine.ts';
import { Session } from '../engine/session.ts';
import { openPush } from './push.ts';

/** @param limit of rows; Infinity: all */
export async function readStream(
  engine: Engine,
  session: Session,
  statement: Query,
  limit: number,
): Promise<readonly Row[]> {
  const own = new Session({ ...session.overrides(), 'auto.offset.reset': 'earliest' });
  const bound = Number.isFinite(limit) ? limit : undefined;
  const subscription = await openPush(engine, own, { ...statement, emit: 'CHANGES', limit: bound }, '');
  const rows: Row[] = [];
  try {
    await engine.runner.drainTransient(subscription.id, () => {
      for (const { row } of subscription.take()) rows.push(row);
    });
  } finally {
    await engine.runner.stopTransient(subscription.id);
  }
  const { ended } = subscription;
  if (ended?.error !== undefined) throw ended.error;
  return rows;
}
