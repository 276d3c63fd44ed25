/** Sends parts of the editor's text to the engine and files the answers. */
import type { Client } from '../../client/client.ts';
import { toWireError } from '../../client/errors.ts';
import { currentPart, spanAt, type Part } from '../editor/statements.ts';
import { editor } from '../editor/handle.ts';
import { addFailure, addResults, useResults } from '../results/results.ts';

/** What was reset meanwhile does not count any more. */
function count(by: number): void {
  useResults.setState(({ running }) => ({ running: Math.max(0, running + by) }));
}

async function runPart(client: Client, part: Part): Promise<void> {
  count(1);
  try {
    const answers = await client.api.execute(part.text, { offsetReset: 'earliest' });
    for (const tab of addResults(answers, part.span)) {
      if (tab.result.kind === 'subscription') await client.dropSubscription(tab.result.subscription);
    }
  } catch (cause) {
    addFailure(part.text, part.span, toWireError(cause));
  } finally {
    count(-1);
  }
}

export function runCurrent(client: Client): void {
  const part = currentPart(editor.text(), editor.selection());
  if (part !== undefined) void runPart(client, part);
}

export function runAll(client: Client): void {
  const text = editor.text();
  if (text.trim() !== '') void runPart(client, { text, span: spanAt(text, 0, text.length) });
}

/** Runs a statement that is not the editor's, such as a menu's; its answer goes to the log all the same. */
export function runStatement(client: Client, sql: string): void {
  void runPart(client, { text: sql, span: spanAt(sql, 0, sql.length) });
}

/** Puts a statement into the editor and runs it there, so that its errors have a place. */
export function insertAndRun(client: Client, sql: string): void {
  const { start, end } = editor.append(sql);
  const text = editor.text();
  void runPart(client, { text: text.slice(start, end), span: spanAt(text, start, end) });
}
