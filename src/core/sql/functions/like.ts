/**
 * LIKE: `%` stands for any characters, `_` for one, and a character after the escape character for itself.
 *
 * The pattern is cut at its `%`s into segments of literals and `_`s. The first segment must match at the beginning, the
 * last at the end, and each between them at its leftmost place after the one before; leftmost is right, because whatever
 * follows then has the most room. So a match takes at most text length times pattern length steps, and patterns of
 * one literal are the language's own string searches.
 */
import { WeirError } from '../../common/errors.ts';

export type LikeMatcher = (text: string) => boolean;

/** Stands for `_` in a segment; no UTF-16 code unit has this value. */
const ANY_ONE = -1;

interface Segment {
  readonly units: readonly number[];
  /** The segment as text if it has no `_`. */
  readonly literal: string | undefined;
}

/**
 * @param escape the escape character, if the statement has one
 * @throws WeirError INVALID_LIKE_ESCAPE when the escape is not one character
 */
export function compileLike(pattern: string, escape?: string): LikeMatcher {
  if (escape !== undefined && escape.length !== 1) {
    throw new WeirError('INVALID_LIKE_ESCAPE', `The ESCAPE of a LIKE is one character, and '${escape}' is not.`, {
      hint: "Write for example ESCAPE '!'.",
      details: { escape },
    });
  }
  const segments = parse(pattern, escape);
  const [first, ...rest] = segments;
  const last = rest.pop();
  if (first === undefined) return (text) => text === '';
  if (last === undefined) return whole(first);
  if (rest.length === 0) return ends(first, last);
  if (rest.length === 1 && first.units.length === 0 && last.units.length === 0) {
    const needle = rest[0]?.literal;
    if (needle !== undefined) return (text) => text.includes(needle);
  }
  const edges = ends(first, last);
  return (text) => {
    if (!edges(text)) return false;
    const limit = text.length - last.units.length;
    let at = first.units.length;
    for (const segment of rest) {
      const found = find(text, segment, at, limit);
      if (found < 0) return false;
      at = found + segment.units.length;
    }
    return true;
  };
}

/** The pattern's segments; `%` between every two. Empty ones in the middle match anywhere and are left out. */
function parse(pattern: string, escape: string | undefined): Segment[] {
  const segments: Segment[] = [];
  let units: number[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern.charAt(i);
    if (char === escape && i + 1 < pattern.length) {
      units.push(pattern.charCodeAt(++i));
    } else if (char === '%') {
      if (units.length > 0 || segments.length === 0) segments.push(segmentOf(units));
      units = [];
    } else {
      units.push(char === '_' ? ANY_ONE : char.charCodeAt(0));
    }
  }
  segments.push(segmentOf(units));
  return segments;
}

function segmentOf(units: readonly number[]): Segment {
  return { units, literal: units.includes(ANY_ONE) ? undefined : String.fromCharCode(...units) };
}

function whole(segment: Segment): LikeMatcher {
  const { literal, units } = segment;
  if (literal !== undefined) return (text) => text === literal;
  return (text) => text.length === units.length && matchesAt(text, units, 0);
}

function ends(first: Segment, last: Segment): LikeMatcher {
  const prefix = first.literal;
  const suffix = last.literal;
  const minimum = first.units.length + last.units.length;
  if (prefix !== undefined && suffix !== undefined) {
    return (text) => text.length >= minimum && text.startsWith(prefix) && text.endsWith(suffix);
  }
  return (text) =>
    text.length >= minimum &&
    matchesAt(text, first.units, 0) &&
    matchesAt(text, last.units, text.length - last.units.length);
}

/** Where the segment first matches at or after `from`, ending by `limit`; -1 if nowhere. */
function find(text: string, segment: Segment, from: number, limit: number): number {
  const end = limit - segment.units.length;
  if (segment.literal !== undefined) {
    const at = text.indexOf(segment.literal, from);
    return at <= end ? at : -1;
  }
  for (let at = from; at <= end; at++) if (matchesAt(text, segment.units, at)) return at;
  return -1;
}

function matchesAt(text: string, units: readonly number[], at: number): boolean {
  for (let i = 0; i < units.length; i++) {
    const unit = units[i];
    if (unit !== ANY_ONE && unit !== text.charCodeAt(at + i)) return false;
  }
  return true;
}
