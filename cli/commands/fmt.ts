/** `weir fmt`: SQL files as the formatter lays them out. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseScript } from '../../src/core/sql/parse.ts';
import { formatScript } from '../../src/core/sql/language/format-script.ts';
import { EXIT, print, UsageError, warn, type Io } from '../io.ts';
import { errorText, type SourceText } from '../show/error-text.ts';
import { findFiles, readSource, readStdin } from '../sql-files.ts';

export interface FmtOptions {
  readonly check: boolean;
  readonly write: boolean;
}

export async function fmt(paths: readonly string[], options: FmtOptions, io: Io): Promise<number> {
  if (options.check && options.write) throw new UsageError('--check and --write exclude one another.');
  const readsStdin = paths.length === 0 || paths.includes('-');
  if (readsStdin && paths.length > 1) throw new UsageError('Standard input is formatted alone.');
  if (readsStdin && options.write) throw new UsageError('--write needs files.');
  const sources = readsStdin ? [await readStdin(io)] : (await findFiles(paths, io)).map((path) => readSource(path, io));
  let isFine = true;
  for (const source of sources) {
    if (!formatOne(source, options, io)) isFine = false;
  }
  return isFine ? EXIT.OK : EXIT.FAILED;
}

/** @returns false when it is not a script, or with --check is formatted otherwise */
function formatOne(source: SourceText, options: FmtOptions, io: Io): boolean {
  const { errors } = parseScript(source.text, { testStatements: true });
  // Variables may be defined elsewhere, and statements that use them are left as they are.
  const broken = errors.filter((error) => error.code !== 'UNDEFINED_VARIABLE');
  for (const error of broken) warn(io, errorText(error, source, io.errorColors));
  if (broken.length > 0) return false;
  const formatted = formatScript(source.text);
  const isSame = formatted === source.text;
  if (options.check) {
    if (!isSame) print(io, source.name);
    return isSame;
  }
  if (!options.write) io.stdout.write(formatted);
  else if (!isSame) {
    writeFileSync(resolve(io.cwd, source.name), formatted);
    print(io, source.name);
  }
  return true;
}
