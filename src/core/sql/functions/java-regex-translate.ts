/** From `java.util.regex`'s syntax to RE2's, construct by construct, and what the pattern asks of the texts (`java-regex.ts`). */
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

/** `^` of `(?m)` in the translation. */
export const LINE_START = '(?m:^)';

/** What `$` and `\Z` also match before: any line terminator, or with the flag d a `\n`. */
export type FinalTerminator = 'any' | 'newline';

/** @throws WeirError INVALID_REGEX, UNSUPPORTED_REGEX */
export const translate = (source: string): Translation => new Translator(source).translate();

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

export interface Translation {
  readonly text: string;
  readonly usesEnd: FinalTerminator | undefined;
  readonly usesLines: boolean;
  readonly usesLineStart: boolean;
  readonly usesWordBounds: boolean;
  /** Does anything stand behind a `$` or `\Z`, or a `\z` beside it? */
  readonly goesOnAfterEnd: boolean;
  /** Are there several `\R`, or one that is repeated? `\r\n` is one break. */
  readonly countsBreaks: boolean;
  /** May Java prefer a shorter match to a longer one: is there a lazy quantifier or an alternative? */
  readonly mayPreferShorter: boolean;
}

class Translator {
  private readonly source: string;
  private at = 0;
  private usesEnd: FinalTerminator | undefined;
  private usesLines = false;
  private usesLineStart = false;
  private usesWordBounds = false;
  private usesVeryEnd = false;
  private isAfterEnd = false;
  private goesOnAfterEnd = false;
  private breaks = 0;
  private mayPreferShorter = false;

  constructor(source: string) {
    this.source = source;
  }

  translate(): Translation {
    const text = this.alternatives(NO_FLAGS);
    if (this.at < this.source.length) throw invalid(this.source, 'a ) has no (');
    const { usesEnd, usesLines, usesLineStart, usesWordBounds, mayPreferShorter } = this;
    const goesOnAfterEnd = this.goesOnAfterEnd || (this.usesVeryEnd && usesEnd !== undefined);
    const countsBreaks = this.breaks > 1;
    return {
      ...{ text, usesEnd, usesLines, usesLineStart, usesWordBounds },
      ...{ goesOnAfterEnd, countsBreaks, mayPreferShorter },
    };
  }

  /** Up to the `)` that closes the group, or the end. */
  private alternatives(outer: Flags): string {
    let flags = outer;
    let out = '';
    /** Whether one of the alternatives ends with a `$`: what follows the group follows that. */
    let endsWithEnd = false;
    /** Flags set in the middle of a group hold to its end, over every `|`; RE2 has them in the same way. */
    while (this.at < this.source.length && this.source[this.at] !== ')') {
      if (flags.comments && this.skipComment()) continue;
      const set = this.flagGroup(flags);
      if (set !== undefined) {
        if (foldsUnicode(set) !== foldsUnicode(flags)) out += foldsUnicode(set) ? '(?i)' : '(?-i)';
        flags = set;
      } else if (this.source[this.at] === '|') {
        this.at++;
        this.mayPreferShorter = true;
        endsWithEnd ||= this.isAfterEnd;
        this.isAfterEnd = false;
        out += '|';
      } else {
        const atom = this.atom(flags);
        out += atom + this.quantifier(flags, atom);
      }
    }
    this.isAfterEnd ||= endsWithEnd;
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
    if (this.isAfterEnd) this.goesOnAfterEnd = true;
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
        if (!flags.multiline) return '\\A';
        this.usesLineStart = true;
        return this.lineAnchor(flags, LINE_START);
      case '$':
        if (flags.multiline) return this.lineAnchor(flags, '(?m:$)');
        return this.end(flags);
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

  private end(flags: Flags): string {
    const terminator = flags.unixLines ? 'newline' : 'any';
    if (this.usesEnd !== undefined && this.usesEnd !== terminator) {
      throw unsupported(this.source, 'a $ with the flag d and one without');
    }
    this.usesEnd = terminator;
    this.isAfterEnd = true;
    return '\\z';
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
    if (atom === LINE_BREAK) this.breaks += 2;
    const mode = this.source[this.at];
    if (mode === '+') throw unsupported(this.source, `a possessive quantifier, ${match[0]}+`);
    // A group that may come again comes behind the $ that it ends with.
    if (this.isAfterEnd && match[0] !== '?') this.goesOnAfterEnd = true;
    if (mode !== '?') return match[0];
    this.at++;
    this.mayPreferShorter = true;
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
        this.usesWordBounds = true;
        this.at++;
        return `\\${letter}`;
      case 'A':
      case 'z':
        if (letter === 'z') this.usesVeryEnd = true;
        this.at++;
        return `\\${letter}`;
      case 'Z':
        this.at++;
        return this.end(flags);
      case 'R':
        this.at++;
        this.breaks++;
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
