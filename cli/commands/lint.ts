/**
 * `weir lint`: what is wrong with scripts, without running their queries: every syntax error, and each statement planned
 * over the streams and tables that the ones before it declare. A statement that fails does not hide those behind it, and a
 * stream or table whose own statement failed is not reported as missing.
 */
import { ManualClock } from '../../src/adapters/manual-clock.ts';
import { MemoryStorage } from '../../src/adapters/storage-memory.ts';
import { ERROR_CODES } from '../../src/core/common/error-codes.ts';
import { WeirError } from '../../src/core/common/errors.ts';
import type { Span } from '../../src/core/common/position.ts';
import { Engine } from '../../src/core/ksql/engine/engine.ts';
import { executeStatement } from '../../src/core/ksql/engine/execute.ts';
import { Session } from '../../src/core/ksql/engine/session.ts';
import { parseScript, type ParsedStatement } from '../../src/core/sql/parse.ts';
import { declaredSources, topicsOfStatements } from '../../src/library/records/declared-topics.ts';
import { splitTests } from '../../src/library/testing/sql-test-file.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { EXIT, print, UsageError, type Io } from '../io.ts';
import { errorText, type SourceText } from '../show/error-text.ts';
import { findFiles, readSource, readStdin } from '../sql-files.ts';

export interface LintOptions {
  readonly format: 'text' | 'json' | 'sarif';
}

interface Finding {
  readonly source: SourceText;
  readonly error: WeirError;
}

export async function lint(paths: readonly string[], options: LintOptions, io: Io): Promise<number> {
  if (paths.includes('-') && paths.length > 1) throw new UsageError('Standard input is checked alone.');
  const sources = paths.includes('-')
    ? [await readStdin(io)]
    : (await findFiles(paths.length === 0 ? ['.'] : paths, io)).map((path) => readSource(path, io));
  const findings: Finding[] = [];
  for (const source of sources) {
    for (const error of await lintText(source)) findings.push({ source, error });
  }
  PRINTERS[options.format](findings, io);
  return findings.length === 0 ? EXIT.OK : EXIT.FAILED;
}

/** Tests of a test script stand each for itself; those that are to fail are left out. */
async function lintText({ text, name }: SourceText): Promise<readonly WeirError[]> {
  const scripts = /^\s*--@test\b/m.test(text)
    ? splitTests(text, name).flatMap((test) => (test.fails ? [] : [test.script]))
    : [text];
  const found: WeirError[] = [];
  for (const script of scripts) found.push(...(await lintScript(script)));
  return found;
}

async function lintScript(script: string): Promise<readonly WeirError[]> {
  const { statements, errors } = parseScript(script, { testStatements: true });
  // A script that is run declares what is not known here.
  if (statements.some(({ statement }) => statement.kind === 'runScript')) return errors;
  const clock = new ManualClock(0);
  const engine = await Engine.open({
    storage: new MemoryStorage(),
    clock,
    scheduler: clock,
    random: () => 0.5,
    runQueries: false,
  });
  const found = [...errors];
  const failed = new Set<string>();
  try {
    for (const [topic, partitions] of topicsOfStatements([script])) {
      if (partitions === undefined) await engine.createTopic(topic, 1, 1);
    }
    const session = new Session();
    for (const parsed of statements) {
      const error = CHECKED.has(parsed.statement.kind) ? await problemOf(engine, session, parsed) : undefined;
      if (error === undefined) continue;
      for (const { name } of declaredSources([parsed])) failed.add(name);
      if (!isConsequence(error, failed, errors.length > 0)) found.push(error);
    }
  } finally {
    await engine.close();
  }
  return found.sort((a, b) => (a.span?.offset ?? 0) - (b.span?.offset ?? 0));
}

/** Statements that can be carried out over sources without records; what others say depends on those. */
const CHECKED: ReadonlySet<ParsedStatement['statement']['kind']> = new Set<ParsedStatement['statement']['kind']>([
  'createSource',
  'createAsSelect',
  'insertSelect',
  'insertValues',
  'dropSource',
  'alterSource',
  'createType',
  'dropType',
  'query',
  'set',
  'unset',
  'define',
  'undefine',
  'describe',
  'describeFunction',
  'explain',
]);

async function problemOf(engine: Engine, session: Session, parsed: ParsedStatement): Promise<WeirError | undefined> {
  try {
    const output = await engine.exclusively(() => executeStatement(engine, session, parsed));
    if (output.kind === 'subscription') await engine.runner.stopTransient(output.subscription.id);
    return undefined;
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    return error.code === 'STORE_NOT_READY' ? undefined : error.at(parsed.span);
  }
}

/** Whether the error says no more than that a statement before it failed. */
function isConsequence(error: WeirError, failed: ReadonlySet<string>, hasSyntaxErrors: boolean): boolean {
  if (error.code !== 'UNKNOWN_SOURCE') return false;
  const { name, source } = error.details;
  const missing = typeof name === 'string' ? name : typeof source === 'string' ? source : undefined;
  return hasSyntaxErrors || (missing !== undefined && failed.has(missing));
}

const PRINTERS: Readonly<Record<LintOptions['format'], (findings: readonly Finding[], io: Io) => void>> = {
  text(findings, io) {
    for (const { source, error } of findings) print(io, `${errorText(error, source, io.colors)}\n`);
    if (findings.length > 0) print(io, `${findings.length} ${findings.length === 1 ? 'problem' : 'problems'}`);
  },
  json(findings, io) {
    const list = findings.map(({ source, error }) => ({
      file: source.name,
      ...placeOf(error.span),
      code: error.code,
      message: error.message,
      hint: error.hint,
    }));
    print(io, JSON.stringify(list, undefined, 2));
  },
  sarif(findings, io) {
    print(io, JSON.stringify(sarifOf(findings), undefined, 2));
  },
};

function placeOf(span: Span | undefined): { readonly line: number; readonly column: number; readonly length: number } {
  return { line: span?.line ?? 1, column: span?.column ?? 1, length: span?.length ?? 0 };
}

/** SARIF 2.1.0 (OASIS), as code hosts take it. Columns count UTF-16 units, as positions here do. */
function sarifOf(findings: readonly Finding[]): object {
  const codes = [...new Set(findings.map(({ error }) => error.code))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'weir',
            version: packageJson.version,
            rules: codes.map((code) => ({ id: code, shortDescription: { text: ERROR_CODES[code].summary } })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map(({ source, error }) => ({
          ruleId: error.code,
          level: 'error',
          message: { text: error.hint === undefined ? error.message : `${error.message} ${error.hint}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: source.name.replaceAll('\\', '/') },
                region: {
                  startLine: placeOf(error.span).line,
                  startColumn: placeOf(error.span).column,
                  charOffset: error.span?.offset ?? 0,
                  charLength: error.span?.length ?? 0,
                },
              },
            },
          ],
        })),
      },
    ],
  };
}
