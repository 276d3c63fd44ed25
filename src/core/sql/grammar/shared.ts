import { StatementGrammar } from './statements.ts';

let shared: StatementGrammar | undefined;

/** The one parser: made when it is first used, which takes some tens of milliseconds, and kept. */
export function sharedGrammar(): StatementGrammar {
  return (shared ??= new StatementGrammar());
}
