import type { Example } from './example.ts';
import { FOREIGN_KEY_JOIN } from './foreign-key-join.ts';
import { FUNNEL } from './funnel.ts';
import { SESSION_WINDOWS } from './session-windows.ts';
import { STREAM_TABLE_JOIN } from './stream-table-join.ts';

export const EXAMPLES: readonly Example[] = [SESSION_WINDOWS, STREAM_TABLE_JOIN, FOREIGN_KEY_JOIN, FUNNEL];
