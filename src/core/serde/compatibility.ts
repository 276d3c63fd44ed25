/** Schema evolution rules. */
import type { SchemaType } from './format.ts';

export type CompatibilityLevel =
  'NONE' | 'BACKWARD' | 'BACKWARD_TRANSITIVE' | 'FORWARD' | 'FORWARD_TRANSITIVE' | 'FULL' | 'FULL_TRANSITIVE';

export interface SchemaText {
  readonly type: SchemaType;
  readonly schema: string;
  /** The texts of imported schemas by name. */
  readonly imports: ReadonlyMap<string, string>;
}

/** What breaks the rule between an earlier and a later version, or undefined. */
export function checkCompatible(level: CompatibilityLevel, earlier: SchemaText, later: SchemaText): string | undefined {
  if (level === 'NONE') return undefined;
  return earlier.type === later.type ? undefined : `it is ${later.type} and the earlier version is ${earlier.type}`;
}
