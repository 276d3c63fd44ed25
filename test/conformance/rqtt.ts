/**
 * The `rqtt` suite: a case goes through a server's session. Statements that are not queries come first, then the inputs
 * are produced to the partitioned log and processed to the end, then the queries are answered.
 */
import type { SqlType, SqlValue } from '../../src/core/common/sql-type.ts';
import { formatType, quoteName } from '../../src/core/common/sql-type.ts';
import {
  parseJson,
  sameJson,
  writeJson,
  type JsonNode,
  type JsonObject,
} from '../../src/core/common/values/json-lossless.ts';
import { Producer } from '../../src/core/clients/producer.ts';
import type { Engine } from '../../src/core/ksql/engine/engine.ts';
import { executeScript, type Output } from '../../src/core/ksql/engine/script.ts';
import { Session } from '../../src/core/ksql/engine/session.ts';
import type { OutputColumn } from '../../src/core/ksql/output.ts';
import type { Subscription } from '../../src/core/ksql/queries/subscription.ts';
import { jsonEncoder } from '../../src/core/serde/json-encode.ts';
import { readJsonRecords, type JsonRecord } from '../../src/library/records/json-record.ts';
import { TopicBridge, type TopicRecord } from '../../src/library/records/topic-bridge.ts';
import { describeError, judgeError } from '../../src/library/testing/expected-error.ts';
import { listOf, objectOf, textOf } from '../../src/library/records/json-reading.ts';
import { parseLeniently } from '../../src/library/records/declared-topics.ts';
import { SourceHistory } from '../../src/library/records/source-history.ts';
import { TopicReader } from '../../src/core/ksql/queries/topic-reader.ts';
import {
  createTopics,
  declaredTopics,
  makesQuery,
  openWorkbench,
  propertiesOf,
  registerSinkSchemas,
  type Workbench,
} from './workbench.ts';

const STEP_RECORDS = 10_000;
/** More steps than any case needs: a query that goes on for ever fails its case. */
const MAX_STEPS = 1_000;

/** A query's answer, in the words of the cases. */
interface Answer {
  readonly columns: readonly OutputColumn[];
  readonly rows: readonly AnswerRow[];
  readonly isLimitReached: boolean;
  readonly id: string | undefined;
}

interface AnswerRow {
  readonly columns: JsonNode;
  readonly isTombstone: boolean;
}

/** The entries of a case that are skipped: answers in the server's binary encoding. */
export function skippedEntries(body: JsonObject): number {
  return listOf(body.get('responses')).filter((response) => objectOf(response).has('queryProto')).length;
}

/** @returns why the case fails; undefined when it passes */
export async function runRqttCase(body: JsonObject): Promise<string | undefined> {
  const bench = await openWorkbench(propertiesOf(body), true, declaredTopics(body));
  try {
    return await new RqttRun(body, bench).run();
  } finally {
    await bench.engine.close();
  }
}

class RqttRun {
  readonly #body: JsonObject;
  readonly #bench: Workbench;
  readonly #engine: Engine;
  readonly #session = new Session();
  readonly #statements: readonly string[];
  readonly #inputs: readonly JsonRecord[];
  readonly #outputs: readonly JsonRecord[];
  readonly #history = new SourceHistory();
  readonly #reader: TopicReader;
  readonly #written = new Map<string, TopicRecord[]>();
  readonly #answers: Answer[] = [];

  constructor(body: JsonObject, bench: Workbench) {
    this.#body = body;
    this.#bench = bench;
    this.#engine = bench.engine;
    this.#reader = new TopicReader();
    this.#statements = listOf(body.get('statements')).map((node) => textOf(node) ?? '');
    this.#inputs = readJsonRecords(body.get('inputs'));
    this.#outputs = readJsonRecords(body.get('outputs'));
  }

  async run(): Promise<string | undefined> {
    await createTopics(
      this.#bench,
      this.#statements,
      this.#inputs.map((record) => record.topic),
    );
    const expectedError = this.#body.get('expectedError');
    const error = await this.#execute();
    if (expectedError !== undefined) {
      const message = textOf(objectOf(expectedError).get('message')) ?? '';
      if (error === undefined) return `an error is expected: ${message}`;
      const problem = judgeError(error.error, message);
      return problem === undefined ? undefined : `wrong error (${message.split('\n')[0] ?? ''}): ${problem}`;
    }
    if (error !== undefined)
      return `statement failed: ${describeError(error.error)} [${error.sql}]${this.#queryErrors()}`;
    const problem = this.#compareAnswers() ?? (await this.#compareOutputs());
    return problem === undefined ? undefined : problem + this.#queryErrors();
  }

  /** What ended queries of the case. */
  #queryErrors(): string {
    const { planner, runner } = this.#engine;
    return planner
      .queries()
      .map(({ id }) => ({ id, error: runner.status(id).error }))
      .map(({ id, error }) => (error === undefined ? '' : `; ${id} failed: ${describeError(error)}`))
      .join('');
  }

  async #execute(): Promise<{ readonly error: unknown; readonly sql: string } | undefined> {
    const isQuery = (sql: string): boolean => {
      const [first] = parseLeniently(sql);
      return first === undefined ? /^\s*select\b/i.test(sql) : first.statement.kind === 'query';
    };
    for (const sql of this.#statements.filter((text) => !isQuery(text))) {
      if (makesQuery(sql)) await registerSinkSchemas(this.#bench);
      const { errors } = await executeScript(this.#engine, this.#session, sql);
      if (errors[0] !== undefined) return { error: errors[0].error, sql };
      this.#history.note(this.#engine.planner.catalog.sources());
      await this.#collectOutputs();
    }
    await this.#processAll();
    const queries = this.#statements.filter(isQuery);
    const pushFirst = objectOf(this.#body.get('inputConditions')).get('waitForActivePushQuery') === true;
    if (!pushFirst) await this.#produceInputs();
    const pending: { readonly outputs: readonly Output[]; readonly sql: string }[] = [];
    for (const sql of queries) {
      const { outputs, errors } = await executeScript(this.#engine, this.#session, sql);
      if (errors[0] !== undefined) return { error: errors[0].error, sql };
      pending.push({ outputs, sql });
      if (!pushFirst) await this.#processAll();
    }
    if (pushFirst) await this.#produceInputs();
    for (const { outputs, sql } of pending) {
      for (const output of outputs) {
        if (output.kind === 'subscription' && output.subscription.ended?.error !== undefined)
          return { error: output.subscription.ended.error, sql };
        this.#answers.push(answerOf(output, sql));
      }
    }
    return undefined;
  }

  async #processAll(): Promise<void> {
    for (let steps = 0; await this.#engine.step(STEP_RECORDS); steps++) {
      if (steps > MAX_STEPS) throw new Error('the queries do not come to rest');
    }
  }

  async #produceInputs(): Promise<void> {
    const producer = new Producer(this.#engine.broker);
    const bridges = new Map<string, TopicBridge>();
    for (const record of this.#inputs) {
      const { topic } = record;
      let bridge = bridges.get(topic);
      if (bridge === undefined) {
        bridge = new TopicBridge(
          topic,
          this.#history.declared(topic),
          this.#bench.topics.get(topic),
          this.#engine.registry,
        );
        bridges.set(topic, bridge);
      }
      const headers = (record.headers ?? []).map((header) => ({ ...header }));
      (await producer.topic(topic)).append(
        bridge.keyBytes(record),
        bridge.valueBytes(record),
        record.timestampMs ?? 0,
        headers,
      );
    }
    await this.#engine.flushSchemas();
    await producer.flush();
    await this.#processAll();
  }

  async #collectOutputs(): Promise<void> {
    for (const topic of new Set(this.#outputs.map((record) => record.topic))) {
      const records = [...(await this.#reader.read(topic, this.#engine))].sort((a, b) => a.timestampMs - b.timestampMs);
      this.#written.set(topic, [...(this.#written.get(topic) ?? []), ...records]);
    }
  }

  async #compareOutputs(): Promise<string | undefined> {
    await this.#collectOutputs();
    for (const topic of new Set(this.#outputs.map((record) => record.topic))) {
      const expected = this.#outputs.filter((record) => record.topic === topic);
      const actual = this.#written.get(topic) ?? [];
      const bridge = new TopicBridge(
        topic,
        this.#history.written(topic),
        this.#bench.topics.get(topic),
        this.#engine.registry,
      );
      for (const [i, wanted] of expected.entries()) {
        const record = actual[i];
        if (record === undefined) return `${topic} has ${actual.length} records, and ${expected.length} are expected`;
        const problem = bridge.compare(wanted, record);
        if (problem !== undefined) return `record ${i} of ${topic}: ${problem}`;
      }
      const extra = actual[expected.length];
      if (extra !== undefined)
        return `${topic} has ${actual.length} records, and ${expected.length} are expected: one too many is ${writeJson(bridge.describe(extra))}`;
    }
    return undefined;
  }

  #compareAnswers(): string | undefined {
    const expected = listOf(this.#body.get('responses'))
      .map((response) => objectOf(response).get('query'))
      .filter((query) => query !== undefined);
    const verifyOrder = objectOf(this.#body.get('outputConditions')).get('verifyOrder') === true;
    for (const [i, query] of expected.entries()) {
      const answer = this.#answers[i];
      if (answer === undefined) return `query ${i} has no answer`;
      const problem = compareAnswer(listOf(query).map(objectOf), answer, verifyOrder);
      if (problem !== undefined) return `query ${i}: ${problem}`;
    }
    return undefined;
  }
}

function answerOf(output: Output, sql: string): Answer {
  switch (output.kind) {
    case 'rows': {
      const limit = /\blimit\s+(\d+)\s*;?\s*$/i.exec(sql)?.[1];
      const rows = output.rows.map((row) => ({ columns: rowJson(row, output.columns), isTombstone: false }));
      return {
        columns: output.columns,
        rows,
        isLimitReached: limit !== undefined && rows.length >= Number(limit),
        id: undefined,
      };
    }
    case 'subscription':
      return subscriptionAnswer(output.subscription);
    case 'status':
      return { columns: [], rows: [], isLimitReached: false, id: undefined };
  }
}

function subscriptionAnswer(subscription: Subscription): Answer {
  const rows = subscription
    .take()
    .filter(({ kind }) => kind !== '-U')
    .map(({ kind, row }) => ({ columns: rowJson(row, subscription.columns), isTombstone: kind === '-D' }));
  return {
    columns: subscription.columns,
    rows,
    isLimitReached: subscription.ended?.reason === 'limit',
    id: subscription.id,
  };
}

function rowJson(row: readonly SqlValue[], columns: readonly OutputColumn[]): JsonNode {
  return columns.map(({ type }, i) => cellJson(row[i] ?? null, type));
}

function cellJson(value: SqlValue, type: SqlType): JsonNode {
  return value === null ? null : parseJson(jsonEncoder(type)(value));
}

function schemaText(columns: readonly OutputColumn[]): string {
  return columns
    .map(({ name, type, role }) => `${quoteName(name)} ${formatType(type)}${role === 'key' ? ' KEY' : ''}`)
    .join(', ');
}

/** How the answer differs from the entries that are expected; undefined when it does not. */
function compareAnswer(expected: readonly JsonObject[], answer: Answer, verifyOrder: boolean): string | undefined {
  const rows: AnswerRow[] = [];
  for (const entry of expected) {
    const header = entry.get('header');
    if (header !== undefined) {
      const problem = compareHeader(objectOf(header), answer);
      if (problem !== undefined) return problem;
    }
    const row = entry.get('row');
    if (row !== undefined)
      rows.push({
        columns: objectOf(row).get('columns') ?? null,
        isTombstone: objectOf(row).get('tombstone') === true,
      });
    if (textOf(entry.get('finalMessage')) === 'Limit Reached' && !answer.isLimitReached) {
      return `the limit is not reached; the rows are ${showRows(answer.rows)}`;
    }
  }
  return compareRows(rows, answer.rows, verifyOrder);
}

function compareHeader(header: JsonObject, answer: Answer): string | undefined {
  const schema = textOf(header.get('schema'));
  const actual = schemaText(answer.columns);
  if (schema !== undefined && schema !== actual) return `schema ${actual} instead of ${schema}`;
  const prefix = textOf(header.get('queryId|starts_with'));
  if (prefix !== undefined && answer.id?.startsWith(prefix) !== true)
    return `query id ${answer.id ?? 'none'} instead of ${prefix}...`;
  return undefined;
}

function compareRows(
  expected: readonly AnswerRow[],
  actual: readonly AnswerRow[],
  verifyOrder: boolean,
): string | undefined {
  const rest = [...actual];
  for (const wanted of expected) {
    const at = verifyOrder
      ? rest[0] !== undefined && sameRow(wanted, rest[0])
        ? 0
        : -1
      : rest.findIndex((row) => sameRow(wanted, row));
    if (at < 0) return `no row ${showRows([wanted])}; the rows are ${showRows(actual)}`;
    rest.splice(at, 1);
  }
  return rest.length === 0 ? undefined : `rows too many: ${showRows(rest)}`;
}

function sameRow(expected: AnswerRow, actual: AnswerRow): boolean {
  return expected.isTombstone === actual.isTombstone && sameJson(expected.columns, actual.columns);
}

function showRows(rows: readonly AnswerRow[]): string {
  return rows.map(({ columns, isTombstone }) => `${isTombstone ? '-' : ''}${writeJson(columns)}`).join(' ') || 'none';
}
