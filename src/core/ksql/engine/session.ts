/** What SET, DEFINE and their opposites change: one per editor, CLI or test. */
import { WeirError } from '../../common/errors.ts';
import type { Define, SetProperty, Undefine, UnsetProperty } from '../../sql/ast.ts';
import type { Config } from '../config.ts';
import { TopicCursor } from '../queries/topic-reader.ts';
import { checkSetting, checkSettingName, settingName } from '../settings.ts';

export class Session {
  readonly #overrides = new Map<string, string>();
  readonly #variables = new Map<string, string>();
  readonly #base: Readonly<Record<string, string>>;
  /** The records that ASSERT VALUES has not taken yet. */
  readonly unasserted = new TopicCursor();

  constructor(base: Readonly<Record<string, string>> = {}) {
    this.#base = base;
  }

  config(server: Config): Config {
    return server.with({ ...this.#base, ...Object.fromEntries(this.#overrides) });
  }

  overrides(): Readonly<Record<string, string>> {
    return { ...this.#base, ...Object.fromEntries(this.#overrides) };
  }

  variables(): ReadonlyMap<string, string> {
    return this.#variables;
  }

  /** @throws WeirError UNKNOWN_SETTING, INVALID_SETTING */
  set(statement: SetProperty): string {
    const name = settingName(statement.name);
    checkSetting({ ...statement, name });
    this.#overrides.set(name, statement.value);
    return `Property '${statement.name}' is now '${statement.value}'`;
  }

  /** @throws WeirError UNKNOWN_SETTING */
  unset(statement: UnsetProperty): string {
    const name = settingName(statement.name);
    checkSettingName(name, statement.nameSpan);
    this.#overrides.delete(name);
    return `Property '${statement.name}' has its default again`;
  }

  define(statement: Define): string {
    this.#variables.set(statement.name, statement.value);
    return `Variable ${statement.name} is '${statement.value}'`;
  }

  undefine(statement: Undefine): string {
    if (!this.#variables.delete(statement.name)) {
      throw new WeirError('UNKNOWN_VARIABLE', `There is no variable ${statement.name}.`, {
        span: statement.span,
        hint: 'SHOW VARIABLES lists what there is.',
        details: { name: statement.name },
      });
    }
    return `Variable ${statement.name} is gone`;
  }
}
