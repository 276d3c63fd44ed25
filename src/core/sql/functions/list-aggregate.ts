/** Aggregates whose state is a list that each value is put into by itself, those of another list included. */
import { array, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import type { BoundAggregate } from './function.ts';

/** @param put changes the list and gives it back */
export function listAggregate(
  element: SqlType,
  put: (list: SqlValue[], value: SqlValue) => SqlValue[],
): BoundAggregate {
  return {
    stateType: array(element),
    returnType: array(element),
    initial: () => [],
    add: (state, [value = null]) => put(state as SqlValue[], value),
    merge: (a, b) => (b as SqlValue[]).reduce<SqlValue[]>((list, value) => put(list, value), (a as SqlValue[]).slice()),
    result: (state) => (state as SqlValue[]).slice(),
  };
}
