/**
 * Finds suites in a folder and reads their cases. A folder named `qtt`, `rqtt` or `sql` is a suite. A JSON case with a
 * `format` or `config` list stands for one case for each entry: `{FORMAT}` and `{CONFIG}` are replaced throughout.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseJson, type JsonObject } from '../../src/core/common/values/json-lossless.ts';
import { listOf, mapTexts, objectOf, textOf } from '../../src/library/records/json-reading.ts';

export const SUITES = ['qtt', 'rqtt', 'sql'] as const;
export type SuiteName = (typeof SUITES)[number];

export interface SuiteFolder {
  readonly suite: SuiteName;
  readonly path: string;
}

export interface JsonCase {
  readonly file: string;
  readonly name: string;
  readonly body: JsonObject;
  readonly isEnabled: boolean;
}

/** @throws Error when the folder cannot be read */
export function findSuites(folder: string): readonly SuiteFolder[] {
  const path = resolve(folder);
  const own = SUITES.find((suite) => suite === basename(path));
  if (own !== undefined) return [{ suite: own, path }];
  return readdirSync(path)
    .sort()
    .map((entry) => join(path, entry))
    .filter((entry) => basename(entry) !== 'node_modules' && statSync(entry).isDirectory())
    .flatMap(findSuites);
}

/** Paths of the suite's files below the folder, nested ones too, in order. */
export function filesOf(folder: string, extension: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

export function loadJsonCases(path: string): readonly JsonCase[] {
  const file = basename(path);
  const document = objectOf(parseJson(readFileSync(path, 'utf8')));
  return listOf(document.get('tests')).flatMap((test) => expandCase(file, objectOf(test)));
}

/** The cases that one entry stands for; their names tell which replacement each is. */
export function expandCase(file: string, test: JsonObject): readonly JsonCase[] {
  const name = textOf(test.get('name')) ?? '';
  const isEnabled = test.get('enabled') !== false;
  const choices = (field: string): readonly (string | undefined)[] => {
    const entries = listOf(test.get(field)).map(textOf);
    return entries.length === 0 ? [undefined] : entries;
  };
  return choices('format').flatMap((format) =>
    choices('config').map((config): JsonCase => {
      const replace = (text: string): string => {
        const formatted = format === undefined ? text : text.replaceAll('{FORMAT}', format);
        return config === undefined ? formatted : formatted.replaceAll('{CONFIG}', config);
      };
      const suffix = [format, config].filter((choice) => choice !== undefined).map((choice) => ` - ${choice}`);
      return { file, name: name + suffix.join(''), body: objectOf(mapTexts(test, replace)), isEnabled };
    }),
  );
}
