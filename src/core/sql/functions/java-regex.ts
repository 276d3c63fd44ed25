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
 * also searched without it (`JavaPattern.find`); the match that begins first counts, and of two the longer.
 *
 * `(?i)` folds ASCII alone, as in Java, by adding the other case to each set; `(?iu)` folds all of Unicode, as RE2 does.
 *
 * `(?m)`: `^` and `$` stand at `\n` alone in RE2, in Java at every line terminator. A text that has others is refused.
 */
import { RE2JS } from 're2js';
import { WeirError } from '../../common/errors.ts';
import {
  ANY_BUT_TERMINATOR,
  escapeChar,
  formatClass,
  LINE_BREAK,
  negateClass,
  parseClass,
  predefined,
} from './java-regex-class.ts';
import { invalid, unsupported } from './java-regex-errors.ts';

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
  private readonly usesEnd: boolean;
  private readonly usesLines: boolean;

  /**
   * @throws WeirError INVALID_REGEX when Java would refuse the pattern, UNSUPPORTED_REGEX when it has no translation
   */
  constructor(source: string) {
    const translation = new Translator(source).translate();
    this.source = source;
    this.usesEnd = translation.usesEnd;
    this.usesLines = translation.usesLines;
    try {
      this.re = RE2JS.compile(translation.text);
    } catch (error) {
      throw invalid(source, error instanceof Error ? error.message : 'it cannot be compiled', error);
    }
    this.groupCount = this.re.groupCount();
    this.names = this.re.namedGroups();
  }

  /**
   * The first match that begins at or after `from`.
   * @throws WeirError UNSUPPORTED_REGEX when lines, of `(?m)`, end otherwise than in \n
   */
  find(text: string, from: number): RegexMatch | undefined {
    if (this.usesLines && /[\r\u0085\u2028\u2029]/.test(text)) {
      throw unsupported(this.source, 'the flag m on a text whose lines end otherwise than in \\n');
    }
    const match = this.search(text, from);
    if (!this.usesEnd) return match;
    const length = lengthWithoutFinalTerminator(text);
    if (length === text.length || from > length) return match;
    const before = this.search(text.slice(0, length), from);
    if (match === undefined || before === undefined) return match ?? before;
    if (before.start !== match.start) return before.start < match.start ? before : match;
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

  private search(text: string, from: number): RegexMatch | undefined {
    const matcher = this.re.matcher(text);
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

function lengthWithoutFinalTerminator(text: string): number {
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

interface Flags {
  readonly comments: boolean;
  readonly dotAll: boolean;
  readonly multiline: boolean;
  readonly unixLines: boolean;
  readonly ignoreCase: boolean;
  readonly unicodeCase: boolean;
}

const NO_FLAGS: Flags = {
  comments: false,
  dotAll: false,
  multiline: false,
  unixLines: false,
  ignoreCase: false,
  unicodeCase: false,
};

/** Which letters count as the same: ASCII's are folded here, Unicode's by RE2. */
const foldsAscii = (flags: Flags): boolean => flags.ignoreCase && !flags.unicodeCase;
const foldsUnicode = (flags: Flags): boolean => flags.ignoreCase && flags.unicodeCase;

class Translator {
  private readonly source: string;
  private at = 0;
  private usesEnd = false;
  private usesLines = false;

  constructor(source: string) {
    this.source = source;
  }

  translate(): { readonly text: string; readonly usesEnd: boolean; readonly usesLines: boolean } {
    const text = this.alternatives(NO_FLAGS);
    if (this.at < this.source.length) throw invalid(this.source, 'a ) has no (');
    return { text, usesEnd: this.usesEnd, usesLines: this.usesLines };
  }

  /** Up to the `)` that closes the group, or the end. */
  private alternatives(outer: Flags): string {
    let flags = outer;
    let out = '';
    /** Flags set in the middle of a group hold to its end, over every `|`; RE2 has them in the same way. */
    while (this.at < this.source.length && this.source[this.at] !== ')') {
      if (flags.comments && this.skipComment()) continue;
      const set = this.flagGroup(flags);
      if (set !== undefined) {
        if (foldsUnicode(set) !== foldsUnicode(flags)) out += foldsUnicode(set) ? '(?i)' : '(?-i)';
        flags = set;
      } else if (this.source[this.at] === '|') {
        this.at++;
        out += '|';
      } else {
        const atom = this.atom(flags);
        out += atom + this.quantifier(flags, atom);
      }
    }
    return out;
  }

  private skipComment(): boolean {
    const char = this.source[this.at] ?? '';
    if (/[\t-\r ]/.test(char)) {
      this.at++;
      return true;
    }
    if (char !== '#') return false;
    const end = this.source.slice(this.at).search(/[\n\r\u0085\u2028\u2029]/);
    this.at = end < 0 ? this.source.length : this.at + end;
    return true;
  }

  /** `(?i)`: flags for what follows. Undefined if none begins here. */
  private flagGroup(flags: Flags): Flags | undefined {
    const match = /^\(\?([a-zA-Z]*)(?:-([a-zA-Z]*))?\)/.exec(this.source.slice(this.at));
    if (match === null) return undefined;
    this.at += match[0].length;
    return this.withFlags(flags, match[1] ?? '', match[2] ?? '');
  }

  private withFlags(flags: Flags, on: string, off: string): Flags {
    const next = { ...flags };
    for (const [letters, value] of [
      [on, true],
      [off, false],
    ] as const) {
      for (const letter of letters) {
        if (letter === 'x') next.comments = value;
        else if (letter === 's') next.dotAll = value;
        else if (letter === 'm') next.multiline = value;
        else if (letter === 'd') next.unixLines = value;
        else if (letter === 'i') next.ignoreCase = value;
        else if (letter === 'u') next.unicodeCase = value;
        else if (letter === 'U') throw unsupported(this.source, 'the flag U');
        else throw invalid(this.source, `there is no flag '${letter}'`);
      }
    }
    return next;
  }

  private atom(flags: Flags): string {
    const char = this.next();
    switch (char) {
      case '(':
        return this.group(flags);
      case '[': {
        const parsed = parseClass(this.source, this.at, foldsAscii(flags));
        this.at = parsed.end;
        return formatClass(parsed.items);
      }
      case '.':
        if (flags.dotAll) return '(?s:.)';
        return flags.unixLines ? '[^\\n]' : ANY_BUT_TERMINATOR;
      case '^':
        if (flags.multiline) return this.lineAnchor(flags, '(?m:^)');
        return '\\A';
      case '$':
        if (flags.multiline) return this.lineAnchor(flags, '(?m:$)');
        this.usesEnd = true;
        return '\\z';
      case '\\':
        return this.escape(flags);
      case '*':
      case '+':
      case '?':
        throw invalid(this.source, `the ${char} has nothing to repeat`);
      case '{':
        throw invalid(this.source, 'a { has nothing to repeat; write \\{ for the character');
      default:
        return literal(char, flags);
    }
  }

  /** With the flag d lines end in \n alone in Java too. */
  private lineAnchor(flags: Flags, text: string): string {
    if (!flags.unixLines) this.usesLines = true;
    return text;
  }

  private next(): string {
    const char = String.fromCodePoint(this.source.codePointAt(this.at) ?? 0);
    this.at += char.length;
    return char;
  }

  private group(flags: Flags): string {
    const rest = this.source.slice(this.at);
    let open = '(';
    let inner = flags;
    const named = /^\?<([a-zA-Z][a-zA-Z0-9]*)>/.exec(rest);
    const flagged = /^\?([a-zA-Z]*)(?:-([a-zA-Z]*))?:/.exec(rest);
    if (named !== null) {
      open = `(?P<${named[1] ?? ''}>`;
      this.at += named[0].length;
    } else if (flagged !== null) {
      inner = this.withFlags(flags, flagged[1] ?? '', flagged[2] ?? '');
      open = foldsUnicode(inner) === foldsUnicode(flags) ? '(?:' : foldsUnicode(inner) ? '(?i:' : '(?-i:';
      this.at += flagged[0].length;
    } else if (rest.startsWith('?')) {
      const around = /^\?<?[=!]/.exec(rest);
      if (around !== null) throw unsupported(this.source, `look-around, (${around[0]}`);
      if (rest.startsWith('?>')) throw unsupported(this.source, 'an atomic group, (?>');
      throw invalid(this.source, `no group begins with (${rest.slice(0, 2)}`);
    }
    const body = this.alternatives(inner);
    if (this.source[this.at] !== ')') throw invalid(this.source, 'a ( has no )');
    this.at++;
    return `${open}${body})`;
  }

  private quantifier(flags: Flags, atom: string): string {
    while (flags.comments && this.at < this.source.length && this.skipComment());
    const match = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(this.source.slice(this.at));
    if (match === null) {
      if (this.source[this.at] === '{')
        throw invalid(this.source, 'a { is not followed by a number; write \\{ for the character');
      return '';
    }
    if (atom === '') throw invalid(this.source, `the ${match[0]} has nothing to repeat`);
    this.at += match[0].length;
    const mode = this.source[this.at];
    if (mode === '+') throw unsupported(this.source, `a possessive quantifier, ${match[0]}+`);
    if (mode !== '?') return match[0];
    this.at++;
    return `${match[0]}?`;
  }

  private escape(flags: Flags): string {
    if (this.at >= this.source.length) throw invalid(this.source, 'it ends in a \\');
    const letter = this.source[this.at] ?? '';
    switch (letter) {
      case 'Q': {
        const close = this.source.indexOf('\\E', this.at);
        const end = close < 0 ? this.source.length : close;
        const quotation = Array.from(this.source.slice(this.at + 1, end));
        this.at = close < 0 ? end : end + 2;
        // A quantifier after the quotation repeats its last character.
        return quotation.length === 0 ? '(?:)' : quotation.map((char) => literal(char, flags)).join('');
      }
      case 'b':
      case 'B':
      case 'A':
      case 'z':
        this.at++;
        return `\\${letter}`;
      case 'Z':
        this.at++;
        this.usesEnd = true;
        return '\\z';
      case 'R':
        this.at++;
        return LINE_BREAK;
      case 'G':
      case 'X':
      case 'N':
        throw unsupported(this.source, `\\${letter}`);
      case 'k':
        throw unsupported(this.source, 'a back reference, \\k');
      default: {
        if (/[1-9]/.test(letter)) throw unsupported(this.source, `a back reference, \\${letter}`);
        const escape = predefined(this.source, this.at, foldsAscii(flags));
        this.at = escape.end;
        return escape.negated ? formatClass(negateClass(escape.items)) : formatClass(escape.items);
      }
    }
  }
}

function literal(char: string, flags: Flags): string {
  return foldsAscii(flags) && /[a-zA-Z]/.test(char) ? `[${char.toLowerCase()}${char.toUpperCase()}]` : escapeChar(char);
}
