/**
 * Where a person's own code runs: a JavaScript interpreter of its own, with no access to the page, the storage or the
 * network, bounded in memory, and ended when it runs away. Values cross as JSON texts, a 64-bit integer as `{"$big":"1"}`.
 */
export interface ScriptSandbox {
  /** Runs a module's top level. @throws Error what the module threw, or why it cannot be read */
  load(source: string, name: string): ScriptModule;
}

export interface ScriptModule {
  /** Names of the functions that the module exports. */
  readonly exports: readonly string[];
  /**
   * Calls an exported function with a JSON array of arguments and gives its result as JSON (`undefined` is null).
   * @throws ScriptTimeout when it took too long; Error what it threw
   */
  call(name: string, argsJson: string): string;
  dispose(): void;
}

/** Thrown by a call that was ended because it took too long. */
export class ScriptTimeout extends Error {
  constructor(limitMs: number) {
    super(`It was ended after ${limitMs} ms.`);
    this.name = 'ScriptTimeout';
  }
}
