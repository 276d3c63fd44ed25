/** The `sql` suite: SQL test scripts, which the library runs. RUN SCRIPT finds its script beside the suite's file. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { runSqlTest } from '../../src/library/testing/sql-test.ts';
import { splitTests, type SqlTest } from '../../src/library/testing/sql-test-file.ts';
import { testFunctions } from './functions.ts';

export interface SqlCase extends SqlTest {
  /** Where scripts that it runs are looked for. */
  readonly folder: string;
}

export function loadSqlCases(path: string): readonly SqlCase[] {
  return splitTests(readFileSync(path, 'utf8'), basename(path)).map((test) => ({ ...test, folder: dirname(path) }));
}

/** @returns why the test fails; undefined when it passes */
export async function runSqlCase(test: SqlCase): Promise<string | undefined> {
  const failure = await runSqlTest(test, {
    functions: testFunctions,
    readScript: (path) => {
      const file = join(test.folder, path);
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    },
  });
  return failure?.message;
}
