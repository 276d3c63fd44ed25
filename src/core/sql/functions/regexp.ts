/** Functions of regular expressions; `java-regex.ts` says which and how they run. */
import type { SqlValue } from '../../common/sql-type.ts';
import type { SqlFunction } from './function.ts';
import { functionFailed, quoted } from './failure.ts';
import { PatternCache, refuseUnsupported, type JavaPattern, type RegexMatch } from './java-regex.ts';
import { bound, example, scalar, type BoundOptions } from './signature.ts';

const CATEGORY = 'REGULAR EXPRESSION';

/** Options of a function whose argument `pattern` is a pattern: one that has no translation is refused before any record. */
const withPattern = (pattern: number): BoundOptions => ({
  nullOnNull: true,
  checkLiterals(literals) {
    const source = literals[pattern];
    if (typeof source === 'string') refuseUnsupported(source);
  },
});

export const regexpFunctions: readonly SqlFunction[] = [
  scalar(
    'REGEXP_EXTRACT',
    CATEGORY,
    'Gives the first match of a regular expression in a text, or what one of its groups matched; NULL if there is no match.',
    [
      example("REGEXP_EXTRACT('.*at', 'cat')", 'cat'),
      example("REGEXP_EXTRACT('(\\w+) (\\w+)', 'main street', 2)", 'street'),
    ],
    [
      bound('pattern STRING, input STRING -> STRING', () => extractor(), withPattern(0)),
      bound('pattern STRING, input STRING, group INT -> STRING', () => extractor(), withPattern(0)),
    ],
  ),
  scalar(
    'REGEXP_EXTRACT_ALL',
    CATEGORY,
    'Gives every match of a regular expression in a text, or what one of its groups matched each time.',
    [example("REGEXP_EXTRACT_ALL('[0-9]+', 'a1b22')", '[1, 22]')],
    [
      bound('pattern STRING, input STRING -> ARRAY<STRING>', () => allExtractor(), withPattern(0)),
      bound('pattern STRING, input STRING, group INT -> ARRAY<STRING>', () => allExtractor(), withPattern(0)),
    ],
  ),
  scalar(
    'REGEXP_REPLACE',
    CATEGORY,
    'Replaces every match of a regular expression in a text; $1 or ${name} in the replacement stands for a group.',
    [example("REGEXP_REPLACE('2020-01-31', '-', '/')", '2020/01/31')],
    [
      bound(
        'str STRING, regexp STRING, newStr STRING -> STRING',
        () => {
          const patterns = new PatternCache();
          return (text: string, regexp: string, replacement: string) =>
            replaceAll(patterns.get(regexp), text, replacement);
        },
        withPattern(1),
      ),
    ],
  ),
  scalar(
    'REGEXP_SPLIT_TO_ARRAY',
    CATEGORY,
    'Splits a text at every match of a regular expression.',
    [example("REGEXP_SPLIT_TO_ARRAY('a1b22c', '[0-9]+')", '[a, b, c]')],
    [
      bound(
        'string STRING, regexp STRING -> ARRAY<STRING>',
        () => {
          const patterns = new PatternCache();
          return (text: string, regexp: string) => split(patterns.get(regexp), text);
        },
        withPattern(1),
      ),
    ],
  ),
];

function extractor(): (regexp: string, text: string, group?: number) => string | null {
  const patterns = new PatternCache();
  return (regexp, text, group = 0) => {
    const pattern = patterns.get(regexp);
    checkGroup('REGEXP_EXTRACT', group);
    return group > pattern.groupCount ? null : (pattern.find(text, 0)?.group(group) ?? null);
  };
}

function allExtractor(): (regexp: string, text: string, group?: number) => SqlValue[] | null {
  const patterns = new PatternCache();
  return (regexp, text, group = 0) => {
    const pattern = patterns.get(regexp);
    checkGroup('REGEXP_EXTRACT_ALL', group);
    if (group > pattern.groupCount) return null;
    return Array.from(pattern.matches(text), (match) => match.group(group));
  };
}

function checkGroup(fn: string, group: number): void {
  if (group < 0) throw functionFailed(fn, `there is no group ${group}`, { hint: 'Group 0 is the whole match.' });
}

function replaceAll(pattern: JavaPattern, text: string, replacement: string): string {
  let out = '';
  let from = 0;
  for (const match of pattern.matches(text)) {
    out += text.slice(from, match.start) + expand(replacement, match, pattern);
    from = match.end;
  }
  return out + text.slice(from);
}

/** `$1` (as many digits as make a group that exists), `${name}`, and `\x` for the character x. */
function expand(replacement: string, match: RegexMatch, pattern: JavaPattern): string {
  if (!/[\\$]/.test(replacement)) return replacement;
  return replacement.replace(/\\([^]?)|\$(?:\{([a-zA-Z][a-zA-Z0-9]*)\}|(\d+))?/g, (whole, char, name, digits) => {
    if (typeof char === 'string') {
      if (char !== '') return char;
    } else if (typeof name === 'string') {
      const group = match.named(name);
      if (group !== undefined) return group ?? '';
    } else if (typeof digits === 'string') {
      let length = digits.length;
      while (length > 1 && Number(digits.slice(0, length)) > pattern.groupCount) length--;
      const index = Number(digits.slice(0, length));
      if (index <= pattern.groupCount) return (match.group(index) ?? '') + digits.slice(length);
    }
    throw functionFailed('REGEXP_REPLACE', `${quoted(whole)} in the replacement ${quoted(replacement)} is no group`, {
      hint: `The pattern has ${pattern.groupCount} groups; write \\$ for a dollar sign and \\\\ for a backslash.`,
    });
  });
}

/**
 * A pattern that can match nothing splits as Java's `Pattern.split` (no empty text in front for an empty match there, and
 * none at the end), any other as Guava's `Splitter` (every part is kept).
 */
function split(pattern: JavaPattern, text: string): SqlValue[] {
  const canBeEmpty = pattern.find('', 0) !== undefined;
  const parts: string[] = [];
  let from = 0;
  for (const match of pattern.matches(text)) {
    if (canBeEmpty && from === 0 && match.end === 0) continue;
    parts.push(text.slice(from, match.start));
    from = match.end;
  }
  parts.push(text.slice(from));
  if (canBeEmpty && parts.length > 1) while (parts.at(-1) === '') parts.pop();
  return parts;
}
