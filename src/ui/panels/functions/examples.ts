/** Whether an example's answer is the documented one. */
import type { Cell } from '../../../protocol/api.ts';

const answerText = (cell: Cell): string => (cell.kind === 'null' ? 'null' : cell.text);

export const isAsDocumented = (cell: Cell, documented: string): boolean => answerText(cell) === documented;
