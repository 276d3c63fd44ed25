/**
 * Cuts CSV into records while the text is still coming in: RFC 4180, with any of the usual delimiters and line breaks.
 * A machine with one state per character, so that it does not matter where the text is cut into chunks; of a record it
 * holds what came so far.
 *
 * The first record says which delimiter it is: the one that is there most often outside of quotes. A quote opens a quoted
 * field at its start alone; inside, two of them are one. Text behind the closing quote is taken as it is.
 */
export interface CsvRecord {
  readonly fields: readonly string[];
  /** Line of the record's first character, from 1. */
  readonly line: number;
  /** The text ended inside quotes. */
  readonly isUnclosed: boolean;
}

const DELIMITERS = [',', '\t', ';', '|'] as const;

export class CsvSplitter {
  /** What came before the first record's end: read again when the delimiter is known. */
  #head = '';
  #delimiter: number | undefined;
  #fields: string[] = [];
  #field = '';
  #state: 'start' | 'plain' | 'quoted' | 'closed' = 'start';
  #afterReturn = false;
  #line = 1;
  #recordLine = 1;

  /** The records that are complete with this piece of text; blank lines are none. */
  push(chunk: string): CsvRecord[] {
    if (this.#delimiter !== undefined) return this.#read(chunk);
    this.#head += chunk;
    return firstRecordEnd(this.#head) < 0 ? [] : this.#readHead();
  }

  /** The last record, when no line break ended it. */
  end(): CsvRecord[] {
    const records = this.#delimiter === undefined ? this.#readHead() : [];
    this.#endRecord(records);
    return records;
  }

  #readHead(): CsvRecord[] {
    const head = this.#head;
    this.#head = '';
    this.#delimiter = delimiterOf(head);
    return this.#read(head);
  }

  #read(text: string): CsvRecord[] {
    const records: CsvRecord[] = [];
    let from = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      const isSecondOfPair = this.#afterReturn && code === NEWLINE;
      this.#afterReturn = code === RETURN;
      if ((code === NEWLINE && !isSecondOfPair) || code === RETURN) this.#line++;
      if (this.#state === 'quoted') {
        if (code !== QUOTE) continue;
        this.#field += text.slice(from, i);
        this.#state = 'closed';
        from = i + 1;
      } else if (code === QUOTE && this.#state === 'start') {
        this.#state = 'quoted';
        from = i + 1;
      } else if (code === QUOTE && this.#state === 'closed' && from === i) {
        // The second of two: a quote that belongs to the text. It is taken with what follows.
        this.#state = 'quoted';
      } else if (code === this.#delimiter) {
        this.#endField(text.slice(from, i));
        from = i + 1;
      } else if (code === NEWLINE || code === RETURN) {
        this.#field += text.slice(from, i);
        from = i + 1;
        if (!isSecondOfPair) this.#endRecord(records);
        else this.#recordLine = this.#line;
      } else if (this.#state === 'start') this.#state = 'plain';
    }
    this.#field += text.slice(from);
    return records;
  }

  #endField(rest: string): void {
    this.#fields.push(this.#field + rest);
    this.#field = '';
    this.#state = 'start';
  }

  #endRecord(records: CsvRecord[]): void {
    const isUnclosed = this.#state === 'quoted';
    const isBlank = this.#fields.length === 0 && this.#field === '' && this.#state === 'start';
    this.#endField('');
    if (!isBlank) records.push({ fields: this.#fields, line: this.#recordLine, isUnclosed });
    this.#fields = [];
    this.#recordLine = this.#line;
  }
}

const QUOTE = 34;
const NEWLINE = 10;
const RETURN = 13;

/** Where the first record ends; -1 when it may go on. */
function firstRecordEnd(text: string): number {
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) isQuoted = !isQuoted;
    else if (!isQuoted && (code === NEWLINE || code === RETURN) && text.slice(0, i).trim() !== '') return i;
  }
  return -1;
}

function delimiterOf(text: string): number {
  const end = firstRecordEnd(text);
  const first = (end < 0 ? text : text.slice(0, end)).replace(/"[^"]*"/g, '');
  let best: string = DELIMITERS[0];
  for (const candidate of DELIMITERS) if (first.split(candidate).length > first.split(best).length) best = candidate;
  return best.charCodeAt(0);
}
