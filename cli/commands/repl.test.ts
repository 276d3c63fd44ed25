import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { CliFolder, openInput, WatchedOutput, type Outcome } from '../testing.ts';

const CREATE = `CREATE STREAM orders (item VARCHAR KEY, price DOUBLE, n INT) WITH (KAFKA_TOPIC = 'orders', PARTITIONS = 1, VALUE_FORMAT = 'JSON');`;
const INSERT = `INSERT INTO orders VALUES ('tea', 3.5, 1);`;
const KEY = { up: '\x1b[A', ctrlC: '\x03', ctrlD: '\x04', tab: '\t', enter: '\r' } as const;

/** A person at the prompt, who waits for what the screen shows. */
class Person {
  readonly #stdin = openInput();
  readonly ended: Promise<Outcome>;
  /** Without colours and movements of the cursor. */
  readonly #output = new WatchedOutput(stripVTControlCharacters);

  constructor(folder: CliFolder, args: readonly string[] = []) {
    this.ended = folder.run(['repl', '--history', 'history', ...args], {
      stdin: this.#stdin,
      isInteractive: true,
      onOutput: this.#output.onOutput,
    });
    open.push(this);
  }

  /** Key by key, for what comes at once was pasted. */
  type(keys: string): void {
    for (const key of keys.match(/\x1b\[A|[^]/g) ?? []) this.#stdin.write(key);
  }

  /** All that has been shown. */
  get screen(): string {
    return this.#output.text;
  }

  sees(text: string): Promise<string> {
    return this.#output.sees(text);
  }

  async prompt(): Promise<string> {
    return this.sees('weir> ');
  }

  /** Types a line and gives what it answers. */
  async enters(line: string): Promise<string> {
    this.type(line + KEY.enter);
    await this.sees('\n');
    return this.prompt();
  }

  async leaves(): Promise<Outcome> {
    this.type(KEY.ctrlD);
    return this.ended;
  }

  end(): void {
    this.#stdin.end();
  }
}

const open: Person[] = [];
afterEach(() => {
  for (const person of open.splice(0)) person.end();
});

describe('weir repl', () => {
  it('carries out statements over several lines, shows tables, and ends with Ctrl-D', async () => {
    const person = new Person(new CliFolder());
    await person.prompt();
    expect(await person.enters(CREATE)).toContain('Stream ORDERS created');
    await person.enters('CREATE TABLE totals AS SELECT item, SUM(price) AS total FROM orders GROUP BY item;');
    await person.enters(INSERT);
    person.type(`SELECT *${KEY.enter}`);
    await person.sees('   -> ');
    person.type(`FROM totals WHERE item = 'tea${KEY.enter}`);
    await person.sees("   '> ");
    person.type(`' OR item = 'tea'; SELECT${KEY.enter}`);
    expect(await person.sees('   -> ')).toContain(' ITEM | TOTAL\n------+-------\n tea  |   3.5\n(1 row)\n');
    expect(await person.enters('total FROM totals;')).toContain('(1 row)');
    const { code, err } = await person.leaves();
    expect(err).toBe('');
    expect(code).toBe(0);
  });

  it('goes on after an error, which it shows in its place', async () => {
    const person = new Person(new CliFolder());
    await person.prompt();
    await person.enters(CREATE);
    person.type(`SELECT item,${KEY.enter}`);
    await person.sees('   -> ');
    await person.enters('  prce FROM orders EMIT CHANGES;');
    expect(await person.enters('SHOW STREAMS;')).toContain(' ORDERS | orders');
    person.type(`exit${KEY.enter}`);
    const { code, err } = await person.ended;
    expect(err).toMatch(
      /^<prompt>:2:3: UNKNOWN_COLUMN .*\n {2}2 \| {3}prce FROM orders EMIT CHANGES;\n {4}\| {3}\^{4}\n {2}\S/,
    );
    expect(code).toBe(0);
  });

  it('runs a push query until Ctrl-C, which at the prompt clears what has been typed', async () => {
    const person = new Person(new CliFolder());
    await person.prompt();
    await person.enters(CREATE);
    await person.enters(INSERT);
    person.type(`SELECT item FROM orders EMIT CHANGES;${KEY.enter}`);
    await person.sees(' tea');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(person.screen).not.toContain('(1 row)');
    person.type(KEY.ctrlC);
    expect(await person.prompt()).toContain('(1 row)');

    person.type(`SELECT nonsense${KEY.enter}`);
    await person.sees('   -> ');
    person.type(`FROM ${KEY.ctrlC}`);
    await person.sees('^C');
    await person.prompt();
    expect(await person.enters('SHOW TABLES;')).toContain('(0 rows)');
    expect((await person.leaves()).err).toBe('');
  });

  it('ends a push query with the session', async () => {
    const person = new Person(new CliFolder());
    await person.prompt();
    await person.enters(`${CREATE} ${INSERT}`);
    person.type(`PRINT 'orders' FROM BEGINNING;${KEY.enter}`);
    await person.sees('tea');
    expect((await person.leaves()).code).toBe(0);
  });

  it('completes keywords, names and properties in the case of what was typed', async () => {
    const person = new Person(new CliFolder());
    await person.prompt();
    await person.enters(CREATE);
    person.type(`sel${KEY.tab}pri${KEY.tab}, coun`);
    await person.sees('select price, coun');
    person.type(` from o${KEY.tab}`);
    await person.sees('orders');
    person.type(`${KEY.ctrlC}`);
    await person.prompt();
    person.type(`SELECT *${KEY.enter}`);
    await person.sees('   -> ');
    person.type(`FROM ORDERS WHERE PR${KEY.tab} > 1 EMIT CH${KEY.tab}`);
    await person.sees('FROM ORDERS WHERE PRICE > 1 EMIT CHANGES ');
    person.type(KEY.ctrlC);
    await person.prompt();
    person.type(`PRINT 'or${KEY.tab}`);
    await person.sees("PRINT 'orders'");
    person.type(`${KEY.ctrlC}SHOW T${KEY.tab}${KEY.tab}`);
    for (const word of ['TABLES', 'TOPICS', 'TYPES']) await person.sees(word);
    person.type(KEY.ctrlC);
    expect((await person.leaves()).err).toBe('');
  });

  it('keeps what was typed for the next session, statements whole', async () => {
    const folder = new CliFolder();
    const first = new Person(folder);
    await first.prompt();
    first.type(`SHOW${KEY.enter}`);
    await first.sees('   -> ');
    await first.enters('  TOPICS;');
    first.type(`SHOW -- all${KEY.enter}`);
    await first.sees('   -> ');
    await first.enters('TYPES;');
    await first.enters('TYPES;');
    first.type(`cleared${KEY.enter}`);
    await first.sees('   -> ');
    first.type(KEY.ctrlC);
    await first.prompt();
    first.type(KEY.up);
    await first.sees('TYPES;');
    first.type(KEY.up + KEY.up);
    await first.sees('SHOW TOPICS;');
    first.type(KEY.ctrlC);
    await first.leaves();
    expect(folder.read('history')).toBe('SHOW TOPICS;\nSHOW -- all\nTYPES;\n');
    expect(statSync(join(folder.path, 'history')).mode & 0o77).toBe(0);

    const second = new Person(folder);
    await second.prompt();
    second.type(KEY.up + KEY.up + KEY.up);
    await second.sees('SHOW TOPICS;');
    expect(await second.enters('')).toContain('(0 rows)');
    await second.leaves();
    expect(folder.read('history')).toBe('SHOW TOPICS;\nSHOW -- all\nTYPES;\nSHOW TOPICS;\n');
  });

  it('keeps the newest entries of a long history, and says once that it cannot be kept', async () => {
    const folder = new CliFolder({
      history: Array.from({ length: 2500 }, (_, i) => `SHOW ${i};\n`).join(''),
      file: '',
    });
    await new Person(folder).leaves();
    const kept = folder.read('history').trim().split('\n');
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([1000, 'SHOW 1500;', 'SHOW 2499;']);

    const person = new Person(folder, ['--history', 'file/history']);
    await person.prompt();
    await person.enters('SHOW TABLES;');
    await person.enters('SHOW STREAMS;');
    const { err, code } = await person.leaves();
    expect(err.match(/the history is not kept/g)).toHaveLength(1);
    expect(code).toBe(0);
  });

  it('goes on with a stored log, and takes variables and properties', async () => {
    const folder = new CliFolder();
    const options = ['--storage', 'log', '--define', 'name=orders', '--set', 'auto.offset.reset=latest'];
    const first = new Person(folder, options);
    await first.prompt();
    await first.enters(CREATE);
    await first.enters(INSERT);
    await first.leaves();
    const second = new Person(folder, options);
    await second.prompt();
    expect(await second.enters('SELECT * FROM ${name};')).toContain('tea');
    expect(await second.enters('SHOW PROPERTIES;')).toMatch(/auto\.offset\.reset.*latest/);
    await second.leaves();
  });

  it('takes statements from a pipe without a prompt, and tells by its exit code that one failed', async () => {
    const folder = new CliFolder();
    const env = { HOME: folder.path };
    const piped = `${CREATE}\n${INSERT}\nSELECT\n item FROM orders EMIT CHANGES;\nSELECT oops FROM orders;\nSELECT n FROM orders`;
    const { code, out, err } = await folder.run(['repl'], { stdin: piped, env });
    expect(out).toBe('{"ITEM":"tea"}\n{"N":1}\n');
    expect(err).toContain('<prompt>:1:8: UNKNOWN_COLUMN');
    expect(code).toBe(1);
    expect(existsSync(join(folder.path, '.local'))).toBe(false);
    expect((await folder.run(['repl'], { stdin: 'SHOW TABLES;', env })).code).toBe(0);
  });

  it('tells once why a query has failed, and again when it fails again', async () => {
    const statements = [
      CREATE,
      `CREATE STREAM p WITH (VALUE_FORMAT = 'PROTOBUF') AS SELECT item, ARRAY[NULL, n] AS a FROM orders;`,
      INSERT,
      'SHOW TABLES;',
    ];
    const folder = new CliFolder();
    const first = await folder.run(['repl'], { stdin: statements.join('\n') });
    expect(first.err.match(/SERIALIZATION CSAS_P_1 has failed/g)).toHaveLength(1);
    expect(first.code).toBe(1);
    const again = await folder.run(['repl'], { stdin: [...statements, 'RESUME CSAS_P_1;'].join('\n') });
    expect(again.err.match(/SERIALIZATION CSAS_P_1 has failed/g)).toHaveLength(2);
  });

  it('ends when it is interrupted from outside', async () => {
    const interruption = new AbortController();
    const stdin = openInput();
    const output = new WatchedOutput();
    const { onOutput } = output;
    const running = new CliFolder().run(['repl'], { stdin, interrupted: interruption.signal, onOutput });
    stdin.write('SHOW PROPERTIES;\nSHOW');
    await output.sees('ksql.');
    interruption.abort();
    const { code, err } = await running;
    expect(err).toBe('');
    expect(code).toBe(130);
  });
});
