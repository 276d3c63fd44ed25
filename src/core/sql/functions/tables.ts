/** Table functions: each yields zero or more rows for one; a NULL argument yields none. */
import type { SqlValue } from '../../common/sql-type.ts';
import { functionFailed } from './failure.ts';
import type { SqlFunction } from './function.ts';
import { example, strict, table } from './signature.ts';

const TABLE = 'TABLE';

const MAX_CUBE_COLUMNS = 16;

/**
 * Every combination of keeping and blanking the values that are not NULL: for n of them 2^n arrays, counting in binary
 * from all blank to all kept, the last value changing fastest.
 */
function cube(values: readonly SqlValue[]): SqlValue[] {
  const present = values.flatMap((value, i) => (value === null ? [] : [i]));
  if (present.length > MAX_CUBE_COLUMNS) {
    throw functionFailed(
      'CUBE_EXPLODE',
      `${present.length} columns would give 2^${present.length} rows; the limit is ${MAX_CUBE_COLUMNS}`,
    );
  }
  const combinations: SqlValue[] = [];
  for (let mask = 0; mask < 2 ** present.length; mask++) {
    const row: SqlValue[] = new Array<SqlValue>(values.length).fill(null);
    present.forEach((column, i) => {
      if ((mask >> (present.length - 1 - i)) & 1) row[column] = values[column] ?? null;
    });
    combinations.push(row);
  }
  return combinations;
}

export const tableFunctions: readonly SqlFunction[] = [
  table(
    'EXPLODE',
    TABLE,
    'One row for each element of an array.',
    [example('EXPLODE(ARRAY[1, 2])', '[1, 2]')],
    [strict('list ARRAY<T> -> T', (list: SqlValue[]) => list)],
  ),
  table(
    'CUBE_EXPLODE',
    TABLE,
    'One row for each combination of keeping and blanking the elements of an array, as GROUP BY CUBE needs them.',
    [example('CUBE_EXPLODE(ARRAY[1, 2])', '[[null, null], [null, 2], [1, null], [1, 2]]')],
    [strict('columns ARRAY<T> -> ARRAY<T>', cube)],
  ),
];
