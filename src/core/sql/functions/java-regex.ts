/**
 * Java's regular expressions on RE2's automata.
 *
 * A pattern written by a user must not be able to hang the worker, as backtracking engines can. RE2 matches in time
 * linear in the text, with the same leftmost, first-alternative-wins rule as Java. This file rewrites a pattern of
 * `java.util.regex` in RE2's syntax, construct by construct, so that each means what it means in Java: `\s` has the
 * vertical tab, `.` stops at every Unicode line terminator, classes nest and intersect, `\h`, `\R`, `\uXXXX`, `\Q..\E`,
 * POSIX names, comments. What needs backtracking (look-around, back references, possessive quantifiers) has no
 * translation and is refused by name.
 *
 * `$` also matches before a line terminator that ends the text. RE2 cannot look ahead, so a text that ends in one is
 * also searched without it (`JavaPattern.find`); the match that begins first counts, and of two the longer. Such a text is
 * refused where something follows the `$`, which may have to match the terminator.
 *
 * `(?i)` folds ASCII alone, as in Java, by adding the other case to each set; `(?iu)` folds all of Unicode, as RE2 does.
 *
 * `(?m)`: `^` and `$` stand at `\n` alone in RE2, in Java at every line terminator. A text that has others is refused. Java's
 * `^` does not stand at the very end, behind a last `\n`: what matches there is searched again without it.
 *
 * `\b` looks at ASCII's letters in RE2, at all of Unicode's in Java. A text that has others is refused.
 */
import { RE2JS } from 're2js';
import { WeirError } from '../../common/errors.ts';
import { invalid, unsupported } from './java-regex-errors.ts';
import { LINE_START, translate, type FinalTerminator, type Translation } from './java-regex-translate.ts';

export interface RegexMatch {
  readonly start: number;
  readonly end: number;
  /** The text of group `index`, 0 for the whole match; null where the group took no part. */
  group(index: number): string | null;
  /** The text of a named group; undefined if the pattern has no such group. */
  named(name: string): string | null | undefined;
}

export class JavaPattern {
  readonly source: string;
  readonly groupCount: number;
  private readonly re: RE2JS;
  private readonly names: Readonly<Record<string, number>>;
  private readonly translation: Translation;
  /** The pattern whose `^` of `(?m)` matches nowhere, for the end of a text. */
  private readonly atEnd: RE2JS | undefined;

  /**
   * @throws WeirError INVALID_REGEX when Java would refuse the pattern, UNSUPPORTED_REGEX when it has no translation
   */
  constructor(source: string) {
    const translation = translate(source);
    this.source = source;
    this.translation = translation;
    try {
      this.re = RE2JS.compile(translation.text);
      this.atEnd = translation.usesLineStart
        ? RE2JS.compile(translation.text.replaceAll(LINE_START, NOWHERE))
        : undefined;
    } catch (error) {
      throw invalid(source, error instanceof Error ? error.message : 'it cannot be compiled', error);
    }
    this.groupCount = this.re.groupCount();
    this.names = this.re.namedGroups();
  }

  /**
   * The first match that begins at or after `from`.
   * @throws WeirError UNSUPPORTED_REGEX for a text on which RE2 would answer otherwise than Java
   */
  find(text: string, from: number): RegexMatch | undefined {
    const { usesEnd, usesLines, usesWordBounds, goesOnAfterEnd, countsBreaks, mayPreferShorter } = this.translation;
    if (usesLines && /[\r\u0085\u2028\u2029]/.test(text)) {
      throw unsupported(this.source, 'the flag m on a text whose lines end otherwise than in \\n');
    }
    if (usesWordBounds && FOREIGN_LETTER.test(text)) {
      throw unsupported(this.source, '\\b or \\B on a text with letters that are not of ASCII');
    }
    if (countsBreaks && text.includes('\r\n')) {
      throw unsupported(this.source, 'a \\R that is repeated, on a text with \\r\\n');
    }
    const match = this.checkedAtEnd(this.search(this.re, text, from), text);
    if (usesEnd === undefined) return match;
    const length = lengthWithoutFinalTerminator(text, usesEnd);
    if (length === text.length) return match;
    if (goesOnAfterEnd)
      throw unsupported(this.source, 'a $ that something follows, on a text that ends in a line terminator');
    if (from > length) return match;
    const before = this.search(this.re, text.slice(0, length), from);
    if (match === undefined || before === undefined) return match ?? before;
    if (before.start !== match.start) return before.start < match.start ? before : match;
    if (before.end === match.end) return match;
    if (mayPreferShorter) {
      throw unsupported(this.source, 'a $ behind a choice, on a text that ends in a line terminator');
    }
    return before.end > match.end ? before : match;
  }

  /** All matches in order, as Java's `Matcher.find` gives them. */
  *matches(text: string): Generator<RegexMatch> {
    let from = 0;
    while (from <= text.length) {
      const match = this.find(text, from);
      if (match === undefined) return;
      yield match;
      from = match.end > match.start ? match.end : match.end + 1;
    }
  }

  /** A match that may owe its end to a `^` behind the last line is searched again without. */
  private checkedAtEnd(match: RegexMatch | undefined, text: string): RegexMatch | undefined {
    if (this.atEnd === undefined || match?.end !== text.length || !(text === '' || text.endsWith('\n'))) return match;
    if (match.start === match.end) return this.search(this.atEnd, text, match.start);
    throw unsupported(this.source, 'the flag m on a text that ends in \\n, where a match reaches its end');
  }

  private search(re: RE2JS, text: string, from: number): RegexMatch | undefined {
    const matcher = re.matcher(text);
    if (!matcher.find(from)) return undefined;
    return {
      start: matcher.start(),
      end: matcher.end(),
      group: (index) => matcher.group(index),
      named: (name) => {
        const index = Object.hasOwn(this.names, name) ? this.names[name] : undefined;
        return index === undefined ? undefined : matcher.group(index);
      },
    };
  }
}

const FOREIGN_LETTER = /(?![\0-\x7f])[\p{L}\p{N}\p{M}]/u;
/** No character is in this class. */
const NOWHERE = '[^\\x{0}-\\x{10FFFF}]';

function lengthWithoutFinalTerminator(text: string, terminator: FinalTerminator): number {
  if (terminator === 'newline') return text.endsWith('\n') ? text.length - 1 : text.length;
  if (text.endsWith('\r\n')) return text.length - 2;
  return /[\n\r\u0085\u2028\u2029]$/.test(text) ? text.length - 1 : text.length;
}

/**
 * Throws for a pattern that Java has and this engine has not. One that Java would refuse as well passes: there it fails record
 * by record.
 * @throws WeirError UNSUPPORTED_REGEX
 */
export function refuseUnsupported(source: string): void {
  try {
    new JavaPattern(source);
  } catch (error) {
    if (!(error instanceof WeirError) || error.code === 'UNSUPPORTED_REGEX') throw error;
  }
}

/** Compiles patterns and keeps the last one: at one call site it is nearly always the same. */
export class PatternCache {
  private last: JavaPattern | undefined;

  get(source: string): JavaPattern {
    if (this.last?.source !== source) this.last = new JavaPattern(source);
    return this.last;
  }
}
