/**
 * Carries the command topic's statements out again. One that cannot be (written by a newer version, or one whose source
 * could not be made) is left out and told of; what was left out and dropped later is missed by nobody.
 */
import { WeirError } from '../../common/errors.ts';
import { sourceOf, type CommandRecord, type UnreadableCommand } from './command-log.ts';

/** A recorded statement that could not be carried out again when the engine was opened. */
export interface SkippedCommand {
  /** Its offset in the command topic. */
  readonly sequence: number;
  readonly statement: string;
  readonly error: WeirError;
}

export interface Replayed<T> {
  readonly skipped: readonly SkippedCommand[];
  /** What the last statement came to; undefined when there is none, or it was left out. */
  readonly last: T | undefined;
}

export async function replay<T>(
  records: readonly (CommandRecord | UnreadableCommand)[],
  carryOut: (command: CommandRecord) => Promise<T>,
): Promise<Replayed<T>> {
  const skipped = new Map<string, SkippedCommand>();
  let last: T | undefined;
  for (const record of records) {
    try {
      if ('error' in record) throw record.error;
      last = await carryOut(record);
    } catch (error) {
      last = undefined;
      const { sequence } = record;
      const statement = 'text' in record ? record.text : record.statement;
      const known = error instanceof WeirError ? error : new WeirError('INTERNAL', String(error), { cause: error });
      const subject = sourceOf(record);
      if (subject?.isDrop === true && known.code === 'UNKNOWN_SOURCE') skipped.delete(subject.name);
      else skipped.set(subject?.name ?? String(sequence), { sequence, statement, error: known });
    }
  }
  return { skipped: [...skipped.values()], last };
}
