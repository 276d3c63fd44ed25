/**
 * The JSON format: a record's columns as the fields of an object, or a single column bare. See `json-decode.ts` and
 * `json-encode.ts` for the values and `json-batch.ts` for reading many at once.
 */
import { BackOff } from '../common/back-off.ts';
import { type ByteSpans, spanAt } from '../common/bytes.ts';
import type { WeirError } from '../common/errors.ts';
import type { Row, SqlValue } from '../common/sql-type.ts';
import { parseJson } from '../common/values/json-lossless.ts';
import type { Format, FormatName, PersistenceSchema, RowSerde, SerdeContext, SerdeOptions } from './format.ts';
import {
  describeSubject,
  NO_PROPERTIES,
  refuseNonStringMapKeys,
  unwrappedColumn,
  WRAP_AND_UNWRAP,
} from './format-support.ts';
import { JsonBatchParser } from './json-batch.ts';
import { JsonScanner } from './json-scan.ts';
import {
  FieldReader,
  jsonDecoder,
  mayLoseDigits,
  needsAllDigits,
  NEEDS_DIGITS,
  type JsonDecoder,
} from './json-decode.ts';
import { FieldWriter, jsonWriter, type JsonWriter } from './json-encode.ts';
import { deserializationError, serializationError } from './serde-errors.ts';
import { textOutput, type TextOutput } from '../common/text-output.ts';
import { decodeUtf8Strictly } from '../common/utf8.ts';

export const jsonFormat: Format = {
  name: 'JSON',
  supportsSchemaInference: false,
  supportsFeatures: WRAP_AND_UNWRAP,
  supportedProperties: NO_PROPERTIES,
  validate: (schema) => refuseNonStringMapKeys('JSON', schema),
  serde: (schema, _info, context, options) => new JsonSerde('JSON', schema, context, options),
};

export class JsonSerde implements RowSerde {
  private readonly format: FormatName;
  private readonly what: string;
  private readonly reader: FieldReader;
  private readonly writer: FieldWriter;
  private readonly decodeBare: JsonDecoder | undefined;
  private readonly writeBare: JsonWriter | undefined;
  private readonly digitsMatter: boolean;
  private readonly batchParser = new JsonBatchParser();
  private readonly scanner: JsonScanner;
  /** Of the scanner, batch by batch. */
  private readonly scanning = new BackOff();

  constructor(format: FormatName, schema: PersistenceSchema, context: SerdeContext, options?: SerdeOptions) {
    const bare = unwrappedColumn(schema);
    const wanted = options?.wanted;
    this.format = format;
    this.what = describeSubject(schema, context);
    this.reader = new FieldReader(schema.columns, wanted);
    this.writer = new FieldWriter(schema.columns);
    this.scanner = new JsonScanner(schema.columns);
    this.decodeBare = bare === undefined ? undefined : jsonDecoder(bare.type);
    this.writeBare = bare === undefined ? undefined : jsonWriter(bare.type);
    this.digitsMatter = schema.columns.some(
      (c, i) => (wanted === undefined || wanted[i] === true) && needsAllDigits(c.type),
    );
  }

  serialize(row: Row): Uint8Array | null {
    textOutput.begin();
    return this.write(row, textOutput) ? textOutput.finish() : null;
  }

  write(row: Row, out: TextOutput): boolean {
    try {
      if (this.writeBare === undefined) {
        this.writer.write(row, out);
      } else {
        const value: SqlValue = row[0] ?? null;
        if (value === null) return false;
        this.writeBare(value, out);
      }
      return true;
    } catch (error) {
      throw serializationError(this.format, this.what, error);
    }
  }

  deserialize(bytes: Uint8Array): Row | null {
    try {
      return this.fromText(decodeUtf8Strictly(bytes));
    } catch (error) {
      throw deserializationError(this.format, this.what, error);
    }
  }

  deserializeBatch(values: readonly (Uint8Array | null)[], out: (Row | null | WeirError)[]): void {
    out.length = values.length;
    let from = 0;
    while (from < values.length) {
      const to = this.batchParser.chunkEnd(values, from);
      this.deserializeChunk(values, from, to, out);
      from = to;
    }
  }

  /** By the template of what came before where that fits; the texts that it does not fit go the long way together. */
  deserializeSpans(spans: ByteSpans, from: number, to: number, out: (Row | null | WeirError)[]): void {
    const { bytes, starts, lengths } = spans;
    // Not for a while after its templates have fitted little.
    const scanner = this.decodeBare === undefined && !this.scanning.isOff() ? this.scanner : undefined;
    const missed: number[] = [];
    out.length = to - from;
    for (let i = from; i < to; i++) {
      const length = lengths[i] as number;
      if (length < 0) {
        out[i - from] = null;
        continue;
      }
      const start = starts[i] as number;
      const row = scanner?.scan(bytes, start, start + length);
      if (row !== undefined) {
        out[i - from] = row;
        continue;
      }
      if (scanner?.hasTemplate === false) this.learn(spanAt(spans, i));
      missed.push(i);
    }
    if (scanner !== undefined) this.scanning.judge(missed.length * 2 <= to - from);
    if (missed.length === 0) return;
    const values = missed.map((i) => spanAt(spans, i));
    const read: (Row | null | WeirError)[] = [];
    this.deserializeBatch(values, read);
    for (const [at, i] of missed.entries()) out[i - from] = read[at] ?? null;
    if (scanner !== undefined && missed.length * 2 > to - from) this.learn(values.at(-1) ?? null);
  }

  private learn(bytes: Uint8Array | null): void {
    if (bytes === null || !Array.isArray(this.tryDeserialize(bytes))) return;
    this.scanner.learn(bytes, (names) => this.reader.columnsFor(names));
  }

  private deserializeChunk(
    values: readonly (Uint8Array | null)[],
    from: number,
    to: number,
    out: (Row | null | WeirError)[],
  ): void {
    const chunk = to - from > 1 ? this.batchParser.parse(values, from, to) : undefined;
    if (chunk === undefined || (this.digitsMatter && mayLoseDigits(chunk.text))) {
      for (let i = from; i < to; i++) out[i] = this.tryDeserialize(values[i] ?? null);
      return;
    }
    let parsedIndex = 0;
    for (let i = from; i < to; i++) {
      const bytes = values[i] ?? null;
      if (bytes === null) {
        out[i] = null;
        continue;
      }
      try {
        out[i] = this.fromParsed(chunk.values[parsedIndex]);
      } catch {
        // the slow way tells lost digits from a true error, and words the error
        out[i] = this.tryDeserialize(bytes);
      }
      parsedIndex++;
    }
  }

  private tryDeserialize(bytes: Uint8Array | null): Row | null | WeirError {
    if (bytes === null) return null;
    try {
      return this.fromText(decodeUtf8Strictly(bytes));
    } catch (error) {
      return deserializationError(this.format, this.what, error);
    }
  }

  private fromText(text: string): Row | null {
    if (this.digitsMatter && mayLoseDigits(text)) return this.fromParsed(parseJson(text));
    try {
      return this.fromParsed(JSON.parse(text));
    } catch (error) {
      if (error === NEEDS_DIGITS) return this.fromParsed(parseJson(text));
      throw error;
    }
  }

  private fromParsed(json: unknown): Row | null {
    if (json === null) return null;
    return this.decodeBare === undefined ? this.reader.read(json) : [this.decodeBare(json)];
  }
}
