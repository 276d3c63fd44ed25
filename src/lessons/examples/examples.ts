import type { Example } from './example.ts';
import { FOREIGN_KEY_JOIN } from './foreign-key-join.ts';
import { FUNNEL } from './funnel.ts';
import { LATE_PARTNER } from './late-partner.ts';
import { OUT_OF_ORDER } from './out-of-order.ts';
import { SESSION_WINDOWS } from './session-windows.ts';
import { STREAM_TABLE_JOIN } from './stream-table-join.ts';

export const EXAMPLES: readonly Example[] = [
  OUT_OF_ORDER,
  LATE_PARTNER,
  SESSION_WINDOWS,
  STREAM_TABLE_JOIN,
  FOREIGN_KEY_JOIN,
  FUNNEL,
];
