/**
 * The value of one expression that reads no stream: what a function's example answers, and what a person's own function
 * does, tried out.
 *
 * An aggregate takes its rows from a comment behind it, a list of values per column: `SUM(x) -- x: 1, 2, NULL` or
 * `CORRELATION(x, y) -- x: 1, 2; y: 2, 4`. A table function gives its rows as an array.
 */
import { WeirError } from '../../common/errors.ts';
import { array, VARCHAR, type SqlType, type SqlValue } from '../../common/sql-type.ts';
import type { FunctionCall } from '../../sql/ast.ts';
import { parseExpression } from '../../sql/parse.ts';
import { typeAggregate } from '../analyzer/aggregate-types.ts';
import type { AnalyzerContext } from '../analyzer/context.ts';
import { compileContext } from '../analyzer/scope.ts';
import { castEvaluator } from '../expressions/cast.ts';
import { compile, compileTableFunction } from '../expressions/compile.ts';
import type { CompileContext } from '../expressions/context.ts';
import type { PlanColumn } from '../plan.ts';

export interface Evaluated {
  /** Null for the bare NULL. */
  readonly type: SqlType | null;
  readonly value: SqlValue;
}

/** @throws WeirError what is wrong with the expression, or why it has no value */
export function evaluateText(text: string, context: AnalyzerContext): Evaluated {
  const expression = parseExpression(text);
  const kind = expression.kind === 'call' ? context.functions.get(expression.name)?.kind : undefined;
  if (expression.kind === 'call' && kind === 'aggregate') {
    return aggregated(expression, rowsInComment(text, context), context);
  }
  return guarded(context, (compiling) => {
    if (expression.kind !== 'call' || kind !== 'table') {
      const { type, evaluate } = compile(expression, compiling);
      return { type, value: evaluate([]) };
    }
    const { type, evaluate } = compileTableFunction(expression, compiling);
    return { type: array(type ?? VARCHAR), value: evaluate([]) };
  });
}

/** A part that failed makes a null, as it does in a query; where nothing but that null is left, its reason is the answer. */
function guarded(context: AnalyzerContext, work: (compiling: CompileContext) => Evaluated): Evaluated {
  const failures: unknown[] = [];
  const answer = work(compileContext([], context, (error) => failures.push(error)));
  if (answer.value === null && failures.length > 0) throw failures[0];
  return answer;
}

interface Rows {
  readonly columns: readonly PlanColumn[];
  /** The values of each column. */
  readonly values: readonly (readonly SqlValue[])[];
}

/** Each column is `name: values`; semicolons outside of texts stand between columns. */
function rowsInComment(text: string, context: AnalyzerContext): Rows {
  const comment = /--\s*(.*)$/s.exec(text)?.[1] ?? '';
  const lists = comment.match(/(?:'[^']*'|[^;'])+/g) ?? [];
  const columns: PlanColumn[] = [];
  const values: (readonly SqlValue[])[] = [];
  for (const list of lists) {
    const [, name, items] = /^\s*(\w+)\s*:(.*)$/s.exec(list) ?? [];
    if (name === undefined || items === undefined) throw needsRows(text);
    const { type, value } = guarded(context, (compiling) => {
      const compiled = compile(parseExpression(`ARRAY[${items}]`), compiling);
      return { type: compiled.type, value: compiled.evaluate([]) };
    });
    if (type?.kind !== 'ARRAY' || !Array.isArray(value)) throw needsRows(text);
    columns.push({ source: undefined, name: name.toUpperCase(), type: type.element });
    values.push(value);
  }
  if (columns.length === 0) throw needsRows(text);
  return { columns, values };
}

function needsRows(text: string): WeirError {
  return new WeirError('INVALID_ARGUMENT', 'An aggregate needs rows to be tried out, and none follow it.', {
    hint: `Put the values of each column in a comment: ${/^[^(]*/.exec(text)?.[0] ?? 'SUM'}(x) -- x: 1, 2, 3`,
  });
}

function aggregated(call: FunctionCall, rows: Rows, context: AnalyzerContext): Evaluated {
  const { aggregate, paramTypes, initFrom } = typeAggregate(call, rows.columns, context);
  const compiling = compileContext(rows.columns, context);
  const args = call.args.slice(0, initFrom).map((arg, i) => {
    const { type, evaluate } = compile(arg, compiling);
    const to = paramTypes[i];
    if (type === null || to === undefined) return evaluate;
    const convert = castEvaluator(type, to);
    return (row: readonly SqlValue[]) => convert(evaluate([...row]));
  });
  let state = aggregate.initial();
  const count = Math.max(0, ...rows.values.map((column) => column.length));
  for (let i = 0; i < count; i++) {
    const row = rows.values.map((column) => column[i] ?? null);
    state = aggregate.add(
      state,
      args.map((arg) => arg(row)),
    );
  }
  return { type: aggregate.returnType, value: aggregate.result(state) };
}
