/** The command line: what the commands are, and their options. Each command's code is loaded when it is asked for. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { WeirError } from '../src/core/common/errors.ts';
import type { FmtOptions } from './commands/fmt.ts';
import type { LintOptions } from './commands/lint.ts';
import type { ReplOptions } from './commands/repl.ts';
import type { RunOptions } from './commands/run.ts';
import type { TestOptions } from './commands/test.ts';
import { EXIT, UsageError, warn, type Io } from './io.ts';
import type { OutputFormat } from './records/outputs.ts';
import type { InputFormat } from './records/record-encoder.ts';
import { errorText } from './show/error-text.ts';
import type { Format } from './show/rows.ts';
import packageJson from '../package.json' with { type: 'json' };

/** @returns the exit code */
export async function main(args: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.OK;
  const program = describe(io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.OK : EXIT.USAGE;
    if (error instanceof UsageError) {
      warn(io, `${io.errorColors.red('error')}: ${error.message}`);
      return EXIT.USAGE;
    }
    warn(io, errorText(error, undefined, io.errorColors));
    if (error instanceof WeirError && error.details['statement'] !== undefined) {
      warn(io, `  in: ${JSON.stringify(error.details['statement'])}`);
    }
    return EXIT.FAILED;
  }
}

function describe(io: Io, exit: (code: number) => void): Command {
  const program = new Command('weir')
    .description('Streaming SQL in the language of ksqlDB: an engine in this process, with no server and no JVM.')
    .version(packageJson.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHelpWidth: () => io.columns,
      getErrHelpWidth: () => io.columns,
    })
    .addHelpText(
      'after',
      '\nExit codes: 0 all is well, 1 a statement, test or check failed, 2 the command line is wrong, 130 interrupted.',
    );

  engineOptions(program.command('run'))
    .description('run SQL scripts, with records from files and to files')
    .argument('[scripts...]', 'SQL files; - reads standard input')
    .option('-e, --execute <sql>', 'run these statements, after the scripts', collect, [])
    .option('-i, --input <topic=file>', 'feed records to a topic, stream or table; - is standard input', collect, [])
    .option(
      '-o, --output <topic=file>',
      'write the records of a topic, stream or table at the end; - prints them',
      collect,
      [],
    )
    .addOption(
      new Option('--input-format <format>', 'lines are records with key and value, or bare rows')
        .choices(['auto', 'record', 'value'] satisfies InputFormat[])
        .default('auto'),
    )
    .addOption(
      new Option('--output-format <format>', 'records with key, time and place, or bare values')
        .choices(['record', 'value'] satisfies OutputFormat[])
        .default('record'),
    )
    .addOption(formatOption())
    .option('--partitions <n>', 'of topics that are made for inputs', wholeNumber, 1)
    .option('--strict', 'fail when a query had problems with a record', false)
    .action(async (files: string[], options: RunOptions) => {
      const { run } = await import('./commands/run.ts');
      exit(await run(files, options, io));
    });

  engineOptions(program.command('repl'))
    .description('a prompt for statements; without a terminal, statements from standard input')
    .option('--history <file>', 'where what was typed is kept; default: weir/history in $XDG_STATE_HOME')
    .addOption(formatOption())
    .action(async (options: ReplOptions) => {
      const { repl } = await import('./commands/repl.ts');
      exit(await repl(options, io));
    });
  program
    .command('test')
    .description("run SQL test scripts, and folders in the layout of ksqlDB's test runner")
    .argument('[paths...]', 'files, folders or patterns; default: the working directory')
    .option('-g, --grep <pattern>', 'only tests whose name or file matches the regular expression')
    .option('--junit <file>', 'write a report as JUnit XML')
    .option('-j, --jobs <n>', 'threads; default: as many as pay', wholeNumber)
    .option('-w, --watch', 'run tests again when their files change', false)
    .option('--set <property=value>', 'set a property', collect, [])
    .action(async (paths: string[], options: TestOptions) => {
      const { test } = await import('./commands/test.ts');
      exit(await test(paths, options, io));
    });
  program
    .command('fmt')
    .description('format SQL files: print them, or --check or --write them')
    .argument('[files...]', 'files, folders or patterns; none or -: standard input')
    .option('-c, --check', 'name the files that are not formatted, and exit with 1', false)
    .option('-w, --write', 'change the files', false)
    .action(async (paths: string[], options: FmtOptions) => {
      const { fmt } = await import('./commands/fmt.ts');
      exit(await fmt(paths, options, io));
    });
  program
    .command('lint')
    .description('find what is wrong with SQL files without running their queries')
    .argument('[files...]', 'files, folders or patterns; - is standard input; default: the working directory')
    .addOption(
      new Option('-f, --format <format>', 'of the report')
        .choices(['text', 'json', 'sarif'] satisfies LintOptions['format'][])
        .default('text'),
    )
    .action(async (paths: string[], options: LintOptions) => {
      const { lint } = await import('./commands/lint.ts');
      exit(await lint(paths, options, io));
    });
  return program;
}

function engineOptions(command: Command): Command {
  return command
    .option('--storage <folder>', 'keep the log there, and go on with it the next time')
    .option('-d, --define <name=value>', 'define a variable', collect, [])
    .option('--set <property=value>', 'set a property', collect, []);
}

function formatOption(): Option {
  return new Option('-f, --format <format>', 'of results; default: table on a terminal, json elsewhere').choices([
    'table',
    'json',
    'csv',
  ] satisfies Format[]);
}

function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value];
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('Expected a whole number from 1.');
  return number;
}
