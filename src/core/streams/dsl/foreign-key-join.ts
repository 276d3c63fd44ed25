import { WeirError } from '../../common/errors.ts';
import type { ForeignKeyJoined, KTable, Materialized } from './api.ts';
import type { InternalBuilder, TableParts } from './internal-builder.ts';

export function addForeignKeyJoin<K, KO, V, VO, R>(
  _builder: InternalBuilder,
  left: TableParts<K, V>,
  right: TableParts<KO, VO>,
  _foreignKey: (key: K, value: V) => KO | null,
  _joiner: (left: V, right: VO | null) => R | null,
  _joined: ForeignKeyJoined<K, KO, V, VO>,
  _leftJoin: boolean,
  _materialized: Materialized<K, R> | undefined,
): KTable<K, R> {
  throw new WeirError('UNSUPPORTED', `A foreign-key join of ${left.nodeName} with ${right.nodeName} is not built yet.`);
}
