/** What people bring along from other SQL dialects, and what to write here instead. */
import type { IToken } from 'chevrotain';
import type { Rewrite } from '../common/errors.ts';
import * as T from './tokens.ts';
import { K, spanOf, tokenSpan, unquote } from './tokens.ts';

export interface Habit {
  readonly hint: string;
  readonly rewrite?: Rewrite | undefined;
}

const ORDER_BY: Habit = {
  hint: 'There is no ORDER BY: rows of a stream come in the order of the log, rows of a table by key.',
};

/** Words that are no keywords of the dialect, by what stands there or before it. */
const BY_WORD: Readonly<Record<string, Habit>> = {
  ORDER: ORDER_BY,
  UNION: { hint: 'There is no UNION: write several INSERT INTO target SELECT ... statements to one target.' },
  OFFSET: { hint: 'There is no OFFSET. LIMIT counts from the first row.' },
  USING: { hint: 'Write the join condition out: ON a.id = b.id.' },
  CROSS: { hint: 'There is no CROSS JOIN: a join needs ON with an equality.' },
};

const BY_FIRST_WORD: Readonly<Record<string, Habit>> = {
  UPDATE: { hint: 'A row of a table changes when a newer row with its key arrives: INSERT INTO ... VALUES.' },
  DELETE: { hint: 'A row of a table goes away when a record with its key and a null value arrives.' },
  TRUNCATE: { hint: 'Drop the source with its topic and create it again: DROP STREAM ... DELETE TOPIC.' },
  USE: { hint: 'There is one namespace; statements need no USE.' },
  BEGIN: { hint: 'There are no transactions of statements; each statement stands for itself.' },
  WITH: { hint: 'There is no WITH query: give the inner query a name by CREATE STREAM name AS SELECT ...' },
};

export function foreignHabit(token: IToken, previous: IToken | undefined, isFirst: boolean): Habit | undefined {
  const word = token.image.toUpperCase();
  if (isFirst) return BY_FIRST_WORD[word];
  const before = previous?.image.toUpperCase() ?? '';

  const known = BY_WORD[word] ?? (token.tokenType === K.BY || token.tokenType === K.JOIN ? BY_WORD[before] : undefined);
  if (known !== undefined) return known;

  if (word === 'OVER' || before === 'OVER') {
    return { hint: 'There is no OVER: aggregate with GROUP BY, over a WINDOW of time if need be.' };
  }
  if (before === 'IS' && (word === 'TRUE' || word === 'FALSE')) {
    return { hint: `A BOOLEAN is a condition by itself; x = ${word} compares it.` };
  }
  if (before === 'DESCRIBE' && (token.tokenType === K.STREAM || token.tokenType === K.TABLE)) {
    const rewrite = { title: `Take away ${word}`, span: spanOf(token), text: '' };
    return { hint: 'DESCRIBE takes the name alone.', rewrite };
  }
  if (token.image === '=>') {
    return { hint: 'A lambda stands only as an argument of a function: TRANSFORM(list, x => x + 1).' };
  }
  if (token.tokenType === T.LeftParen && (before === 'FROM' || before === 'JOIN')) {
    return { hint: 'A query cannot stand inside FROM: name it first by CREATE STREAM name AS SELECT ...' };
  }
  if (token.tokenType === K.SELECT && previous?.tokenType === T.LeftParen) {
    return {
      hint: 'A query cannot stand inside an expression: name it first by CREATE TABLE name AS SELECT ... and join it.',
    };
  }
  if (token.tokenType === K.DISTINCT) {
    return before === '('
      ? { hint: 'Count distinct values by COUNT_DISTINCT(x).' }
      : { hint: 'There is no SELECT DISTINCT: GROUP BY the columns, or count by COUNT_DISTINCT(x).' };
  }
  if (previous !== undefined && token.tokenType === T.Equal && previous.tokenType === T.Equal) {
    const span = tokenSpan(previous, token);
    return { hint: 'Values are compared by a single =.', rewrite: { title: 'Change to =', span, text: '=' } };
  }
  if (token.tokenType === T.QuotedName && previous?.tokenType === T.Equal) {
    const text = `'${unquote(token.image).replaceAll("'", "''")}'`;
    return {
      hint: 'Double quotes hold a name. A text stands in single quotes.',
      rewrite: { title: `Change to ${text}`, span: spanOf(token), text },
    };
  }
  const closesList =
    token.tokenType === K.FROM || token.tokenType === T.RightParen || token.tokenType === T.RightBracket;
  if (previous?.tokenType === T.Comma && closesList) {
    return {
      hint: `Take away the comma before ${word}.`,
      rewrite: { title: 'Take away the comma', span: spanOf(previous), text: '' },
    };
  }
  return undefined;
}
