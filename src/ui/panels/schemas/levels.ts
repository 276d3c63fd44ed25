/** What the compatibility levels ask for, in the words of who has to evolve a schema. */
import type { CompatibilityLevel } from '../../../protocol/api.ts';

export const LEVELS: Readonly<Record<CompatibilityLevel, string>> = {
  NONE: 'Anything goes.',
  BACKWARD: 'The new schema must read data that was written with the version before it.',
  BACKWARD_TRANSITIVE: 'The new schema must read data of every earlier version.',
  FORWARD: 'The version before it must read data that is written with the new schema.',
  FORWARD_TRANSITIVE: 'Every earlier version must read data that is written with the new schema.',
  FULL: 'The new schema and the version before it must read each other’s data.',
  FULL_TRANSITIVE: 'The new schema and every earlier version must read each other’s data.',
};

export const LEVEL_NAMES: readonly CompatibilityLevel[] = [
  'NONE',
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
];
