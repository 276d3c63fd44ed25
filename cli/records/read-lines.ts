/**
 * Records of a text, with the line where each stands: NDJSON, JSON objects over several lines, a JSON array, or CSV with
 * a header line. JSON keeps all its digits.
 */
import { CsvSplitter, type CsvRecord } from '../../src/core/connect/files/split-csv.ts';
import { JsonSplitter } from '../../src/core/connect/files/split-json.ts';
import { JsonNumber, parseJson, type JsonNode } from '../../src/core/common/values/json-lossless.ts';
import { ROWTIME } from '../../src/core/ksql/names.ts';
import { WeirError } from '../../src/core/common/errors.ts';

export interface Line {
  readonly line: number;
  readonly json: JsonNode;
}

/** @throws WeirError INVALID_FILE with the line in its message */
export async function* readLines(chunks: AsyncIterable<string>, isCsv: boolean): AsyncGenerator<readonly Line[]> {
  const splitter = isCsv ? new CsvLines() : new JsonLines();
  for await (const chunk of chunks) yield splitter.push(chunk);
  yield splitter.end();
}

interface Lines {
  push(chunk: string): readonly Line[];
  end(): readonly Line[];
}

/** The first line decides: a whole value is NDJSON, anything else one value over several lines, or an array of them. */
class JsonLines implements Lines {
  #pending = '';
  #line = 0;
  #splitter: JsonSplitter | undefined;

  push(chunk: string): readonly Line[] {
    if (this.#splitter !== undefined) return this.#split(chunk, this.#splitter);
    const lines = (this.#pending + chunk).split('\n');
    this.#pending = lines.pop() ?? '';
    return this.#parse(lines);
  }

  end(): readonly Line[] {
    if (this.#splitter === undefined) {
      const last = this.#pending;
      this.#pending = '';
      const lines = this.#parse([last]);
      if (this.#splitter === undefined) return lines;
    }
    const rest = this.#splitter.end();
    if (rest !== undefined) throw invalid(rest.line, 'The object is not closed.');
    return [];
  }

  #parse(lines: readonly string[]): readonly Line[] {
    const found: Line[] = [];
    for (const [i, text] of lines.entries()) {
      const isFirst = this.#line === 0;
      if (text.trim() !== '') {
        if (isFirst && /^\s*[[{]/.test(text) && !isWhole(text)) {
          this.#splitter = new JsonSplitter();
          return this.#split([...lines.slice(i), this.#pending].join('\n'), this.#splitter);
        }
        this.#line++;
        found.push({ line: this.#line, json: parse(text, this.#line) });
      } else if (!isFirst) this.#line++;
    }
    return found;
  }

  #split(chunk: string, splitter: JsonSplitter): readonly Line[] {
    return splitter.push(chunk).map(({ text, line }) => ({ line, json: parse(text, line) }));
  }
}

class CsvLines implements Lines {
  readonly #splitter = new CsvSplitter();
  #header: readonly string[] | undefined;

  push(chunk: string): readonly Line[] {
    return this.#rows(this.#splitter.push(chunk));
  }

  end(): readonly Line[] {
    return this.#rows(this.#splitter.end());
  }

  #rows(records: readonly CsvRecord[]): readonly Line[] {
    const rows: Line[] = [];
    for (const { fields, line, isUnclosed } of records) {
      if (isUnclosed) throw invalid(line, 'A quote is not closed.');
      const header = this.#header;
      if (header === undefined) {
        this.#header = fields.map((field) => field.trim());
        continue;
      }
      if (fields.length !== header.length) {
        throw invalid(line, `The line has ${fields.length} fields, the header ${header.length}.`);
      }
      const json = new Map(header.map((name, i): [string, JsonNode] => [name, fieldOf(name, fields[i] ?? '')]));
      rows.push({ line, json });
    }
    return rows;
  }
}

/** A field is text, and empty it is NULL. ROWTIME may be a number of milliseconds. */
function fieldOf(name: string, text: string): JsonNode {
  if (text === '') return null;
  return name.toUpperCase() === ROWTIME && /^-?\d+$/.test(text) ? new JsonNumber(text) : text;
}

function isWhole(text: string): boolean {
  try {
    return !Array.isArray(parseJson(text));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function parse(text: string, line: number): JsonNode {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid(line, error.message);
  }
}

/** The place is put before it by whoever knows the file's name. */
function invalid(line: number, message: string): WeirError {
  return new WeirError('INVALID_FILE', message, { span: { offset: 0, length: 0, line, column: 1 } });
}
