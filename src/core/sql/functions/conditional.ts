/** Functions about NULL: COALESCE, IFNULL, NULLIF; and AS_VALUE, which copies a key column. */
import type { SqlValue } from '../../common/sql-type.ts';
import { equalValues } from '../../common/values/compare.ts';
import type { SqlFunction } from './function.ts';
import { example, lenient, scalar } from './signature.ts';

const CONDITIONAL = 'CONDITIONAL';

export const conditionalFunctions: readonly SqlFunction[] = [
  scalar(
    'COALESCE',
    CONDITIONAL,
    'The first of its arguments that is not NULL.',
    [example("COALESCE(NULL, 'a', 'b')", 'a')],
    [lenient('first T, others T... -> T', (...values: SqlValue[]) => values.find((value) => value !== null) ?? null)],
  ),
  scalar(
    'IFNULL',
    CONDITIONAL,
    'The first argument, or the second if that is NULL.',
    [example('IFNULL(NULL, 7)', '7')],
    [lenient('value T, otherwise T -> T', (value: SqlValue, otherwise: SqlValue) => value ?? otherwise)],
  ),
  scalar(
    'NULLIF',
    CONDITIONAL,
    'NULL if both arguments are equal, else the first.',
    [example('NULLIF(7, 7)', 'null'), example('NULLIF(7, 8)', '7')],
    [lenient('a T, b T -> T', (a: SqlValue, b: SqlValue) => (equalValues(a, b) ? null : a))],
  ),
  scalar(
    'AS_VALUE',
    'MISCELLANEOUS',
    'Copies a key column into the value.',
    [example("AS_VALUE('x')", 'x')],
    [lenient('keyColumn T -> T', (value: SqlValue) => value)],
  ),
];
