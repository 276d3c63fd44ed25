import { describe, expect, it } from 'vitest';
import { CliFolder } from '../testing.ts';

const UGLY =
  "create   stream s (a int) with (kafka_topic='s',value_format='JSON');\n-- kept\nselect a from s emit changes;\n";
const BROKEN = `CREATE STREAM s (a INT) WITH (KAFKA_TOPIC = 's', VALUE_FORMAT = 'JSON');
SELEC a FROM s EMIT CHANGES;
CREATE STREAM t AS SELECT b FROM s;
SELECT a FROM t EMIT CHANGES;
SELECT a FROM gone EMIT CHANGES;
`;

describe('weir fmt', () => {
  it('checks, writes and prints', async () => {
    const folder = new CliFolder({ 'a.sql': UGLY });
    expect(await folder.run(['fmt', '--check', '.'])).toMatchObject({ code: 1, out: 'a.sql\n' });
    expect(folder.read('a.sql')).toBe(UGLY);
    const printed = await folder.run(['fmt', 'a.sql']);
    expect(printed.out).toContain('CREATE STREAM s (a INT)');
    expect(printed.out).toContain('-- kept\nSELECT a FROM s EMIT CHANGES;\n');
    expect((await folder.run(['fmt'], { stdin: UGLY })).out).toBe(printed.out);
    expect(await folder.run(['fmt', '--write', 'a.sql'])).toMatchObject({ code: 0, out: 'a.sql\n' });
    expect(folder.read('a.sql')).toBe(printed.out);
    expect(await folder.run(['fmt', '--check', '.'])).toMatchObject({ code: 0, out: '' });
  });

  it('leaves what is no script as it is', async () => {
    const folder = new CliFolder({ 'a.sql': 'selec 1;' });
    const { code, err } = await folder.run(['fmt', '--write', 'a.sql']);
    expect(code).toBe(1);
    expect(err).toContain('a.sql:1:1: SYNTAX');
    expect(folder.read('a.sql')).toBe('selec 1;');
    expect((await folder.run(['fmt', '--write'])).code).toBe(2);
    expect((await folder.run(['fmt', '--write', '--check', 'a.sql'])).code).toBe(2);
  });
});

describe('weir lint', () => {
  it('finds every error and leaves out what follows from another', async () => {
    const folder = new CliFolder({ 'a.sql': BROKEN.replace(/SELEC .*\n/, '\n') });
    const { code, out } = await folder.run(['lint', '.', '--format', 'json']);
    expect(code).toBe(1);
    const found = JSON.parse(out) as { code: string; line: number; file: string }[];
    expect(found.map(({ code, line, file }) => [code, line, file])).toEqual([
      ['UNKNOWN_COLUMN', 3, 'a.sql'],
      ['UNKNOWN_SOURCE', 5, 'a.sql'],
    ]);
  });

  it('shows positions and hints, and says nothing of what is fine', async () => {
    const folder = new CliFolder({ 'a.sql': BROKEN, 'b.sql': UGLY });
    const { code, out } = await folder.run(['lint', 'a.sql']);
    expect(code).toBe(1);
    expect(out).toContain('a.sql:2:1: SYNTAX');
    expect(out).toContain('  2 | SELEC a FROM s EMIT CHANGES;\n    | ^^^^^');
    expect(await folder.run(['lint', 'b.sql'])).toMatchObject({ code: 0, out: '' });
    expect(await folder.run(['lint', '-'], { stdin: UGLY })).toMatchObject({ code: 0, out: '' });
  });

  it('leaves tests out that are to fail', async () => {
    const test = `--@test: fails\n--@expected.error: UNKNOWN_SOURCE\nDROP STREAM gone;\n`;
    const folder = new CliFolder({ 'a.sql': test });
    expect(await folder.run(['lint'])).toMatchObject({ code: 0 });
    folder.write('a.sql', `${test}--@test: other\nDROP STREAM gone;\n`);
    expect((await folder.run(['lint'])).out).toContain('a.sql:5:13: UNKNOWN_SOURCE');
  });

  it('writes SARIF', async () => {
    const folder = new CliFolder({ 'a.sql': 'DROP STREAM gone;' });
    const { out } = await folder.run(['lint', '--format', 'sarif']);
    expect(JSON.parse(out)).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'weir', rules: [{ id: 'UNKNOWN_SOURCE' }] } },
          results: [
            {
              ruleId: 'UNKNOWN_SOURCE',
              locations: [
                { physicalLocation: { artifactLocation: { uri: 'a.sql' }, region: { startLine: 1, startColumn: 13 } } },
              ],
            },
          ],
        },
      ],
    });
  });
});
