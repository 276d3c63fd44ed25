/**
 * Implicit casts: INTEGER → BIGINT → DECIMAL → DOUBLE, STRING → DATE, TIME, TIMESTAMP, and the same inside arrays, maps
 * and structs. Arguments of functions and the values of INSERT are converted by them.
 */
import { WeirError } from '../../common/errors.ts';
import { formatType, sameType, typeWithArticle, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import { canCastImplicitly } from '../../sql/functions/type-pattern.ts';
import { castEvaluator, castSuggestion } from './cast.ts';

export function implicitlyCasts(from: SqlType, to: SqlType): boolean {
  if (sameType(from, to) || canCastImplicitly(from, to)) return true;
  switch (from.kind) {
    case 'ARRAY':
      return to.kind === 'ARRAY' && implicitlyCasts(from.element, to.element);
    case 'MAP':
      return to.kind === 'MAP' && implicitlyCasts(from.key, to.key) && implicitlyCasts(from.value, to.value);
    case 'STRUCT':
      return (
        to.kind === 'STRUCT' &&
        from.fields.every((field) => {
          const target = to.fields.find((candidate) => candidate.name === field.name);
          return target !== undefined && implicitlyCasts(field.type, target.type);
        })
      );
    default:
      return false;
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * One value converted, as INSERT INTO ... VALUES does; `from` null is the type of a bare NULL.
 * @throws WeirError TYPE_MISMATCH when no implicit cast leads there; what the cast throws when the value does not fit
 */
export function coerceImplicit(value: SqlValue, from: SqlType | null, to: SqlType): SqlValue {
  if (from === null || value === null) return null;
  if (!implicitlyCasts(from, to)) {
    const cast = castSuggestion('...', from, to);
    throw new WeirError(
      'TYPE_MISMATCH',
      `${capital(typeWithArticle(to))} is needed, and ${typeWithArticle(from)} does not become one.`,
      {
        hint: cast === undefined ? `No CAST makes a ${formatType(to)} of it.` : `CAST the value: ${cast}.`,
        details: { type: formatType(from), wanted: formatType(to) },
      },
    );
  }
  return castEvaluator(from, to)(value);
}
