/**
 * One line of CSV, read and written as Apache Commons CSV's DEFAULT format does (the version that ksqlDB uses, 1.4).
 *
 * Reading: a field that starts with a quote ends at the next single quote; a doubled quote is one quote; between the
 * closing quote and the delimiter only white space may stand. Quotes inside an unquoted field are plain characters. Empty
 * lines before the record are skipped, lines after it ignored.
 *
 * Writing: a field is quoted when it holds the delimiter, a quote or a line break, starts with `#` or anything below,
 * ends with a blank, or is the first of the line and starts with anything but an ASCII letter or digit (so that `-10`
 * becomes `"-10"`) or is empty (not null).
 */
const QUOTE = 34;
const LF = 10;
const CR = 13;
const SPECIAL = /["\n\r]/;

/** Undefined when there is no record. @throws SyntaxError */
export function parseCsvLine(text: string, delimiter: number): string[] | undefined {
  if (text !== '' && !SPECIAL.test(text)) return text.split(String.fromCharCode(delimiter));
  let at = 0;
  while (text.charCodeAt(at) === LF || text.charCodeAt(at) === CR) at++;
  if (at >= text.length) return undefined;
  const fields: string[] = [];
  for (;;) {
    if (text.charCodeAt(at) === QUOTE && delimiter !== QUOTE) {
      let field = '';
      let start = at + 1;
      for (;;) {
        const close = text.indexOf('"', start);
        if (close < 0) throw new SyntaxError(`the quote that opens field ${fields.length + 1} is not closed`);
        field += text.slice(start, close);
        at = close + 1;
        if (text.charCodeAt(at) !== QUOTE) break;
        field += '"';
        start = at + 1;
      }
      while (at < text.length && isBlank(text.charCodeAt(at)) && text.charCodeAt(at) !== delimiter) at++;
      fields.push(field);
      if (!isEnd(text, at, delimiter)) {
        throw new SyntaxError(
          `after the closing quote of field ${fields.length} stands '${text.charAt(at)}', not the delimiter`,
        );
      }
    } else {
      const start = at;
      while (!isEnd(text, at, delimiter)) at++;
      fields.push(text.slice(start, at));
    }
    if (at >= text.length || text.charCodeAt(at) !== delimiter) return fields;
    at++;
  }
}

function isEnd(text: string, at: number, delimiter: number): boolean {
  if (at >= text.length) return true;
  const c = text.charCodeAt(at);
  return c === delimiter || c === LF || c === CR;
}

/** White space of `Character.isWhitespace` that is no line break. */
function isBlank(c: number): boolean {
  return c === 32 || c === 9 || c === 11 || c === 12 || (c >= 28 && c <= 31);
}

/** A null field is empty and never quoted. */
export function csvField(text: string | null, isFirst: boolean, delimiter: number): string {
  if (text === null) return '';
  return needsQuotes(text, isFirst, delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
}

function needsQuotes(text: string, isFirst: boolean, delimiter: number): boolean {
  if (text.length === 0) return isFirst;
  const first = text.charCodeAt(0);
  if (isFirst && !isLetterOrDigit(first)) return true;
  if (first <= 35) return true;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === LF || c === CR || c === QUOTE || c === delimiter) return true;
  }
  return text.charCodeAt(text.length - 1) <= 32;
}

function isLetterOrDigit(c: number): boolean {
  return (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122);
}
