/**
 * Plans as text, the last step first and each step's inputs below it, as ksqlDB's EXPLAIN prints an execution plan:
 *
 *      > [ PROJECT ] | SELECT ITEM, TOTAL | Schema: `ITEM` STRING, `TOTAL` DOUBLE
 *        > [ FILTER ] | WHERE (T.ITEM = 'tea') | ...
 */
import { formatType, quoteName, type SqlValue } from '../../common/sql-type.ts';
import { writeExpression } from '../../sql/format-expression.ts';
import { describeNode } from '../lowering/describe-node.ts';
import type { PlanColumn, PlanNode } from '../plan.ts';
import type { PullPlan } from '../queries/pull-plan.ts';
import { isBounded, type Bounds } from '../queries/window-bounds.ts';
import { textConverter } from '../expressions/value-text.ts';

interface Step {
  readonly name: string;
  readonly details: readonly string[];
  readonly inputs: readonly Step[];
}

function write(step: Step, depth = 0): string {
  const line = [`${'  '.repeat(depth)} > [ ${step.name} ]`, ...step.details].join(' | ');
  return [line, ...step.inputs.map((input) => write(input, depth + 1))].join('\n');
}

/** The logical plan of any query. */
export function planText(root: PlanNode): string {
  return write(logical(root));
}

function logical(node: PlanNode): Step {
  const details = [describeNode(node), `Schema: ${schemaText(node.columns)}`];
  return { name: NAMES[node.kind], details, inputs: inputsOf(node).map(logical) };
}

const NAMES: Readonly<Record<PlanNode['kind'], string>> = {
  source: 'SOURCE',
  filter: 'FILTER',
  flatMap: 'FLAT_MAP',
  rekey: 'REPARTITION',
  join: 'JOIN',
  aggregate: 'AGGREGATE',
  project: 'PROJECT',
};

function inputsOf(node: PlanNode): readonly PlanNode[] {
  switch (node.kind) {
    case 'source':
      return [];
    case 'join':
      return [node.left, node.right];
    default:
      return [node.input];
  }
}

function schemaText(columns: readonly PlanColumn[]): string {
  return columns.map(({ name, type }) => `${quoteName(name)} ${formatType(type)}`).join(', ');
}

/** How a pull query looks up what it answers with: the kind of look-up and what it is bounded by. */
export function lookupLines(plan: PullPlan): readonly (readonly [string, string])[] {
  if (plan.kind === 'stream') return [['Lookup', 'stream scan'], ...limitLine(plan)];
  const { lookup, windows, node } = plan;
  const lines: (readonly [string, string])[] = [];
  switch (lookup.kind) {
    case 'keys':
      lines.push(['Lookup', `key lookup (${count(lookup.keys.length, 'key')})`], ['Keys', keysText(plan, lookup.keys)]);
      break;
    case 'range':
      lines.push(['Lookup', 'range scan'], ['Range', `of the key column ${node.source.schema.key[0]?.name ?? ''}`]);
      break;
    case 'scan':
      lines.push(['Lookup', 'table scan'], ['Why', lookup.reason]);
      break;
  }
  if (windows !== undefined)
    lines.push(['WINDOWSTART', boundsText(windows.start)], ['WINDOWEND', boundsText(windows.end)]);
  return [...lines, ...limitLine(plan)];
}

const limitLine = ({ limit }: PullPlan): readonly (readonly [string, string])[] =>
  limit === undefined ? [] : [['Limit', count(limit, 'row')]];

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** Keys that are written out. */
const MOST_KEYS = 10;

function keysText({ node }: PullPlan, keys: readonly (readonly SqlValue[])[]): string {
  const columns = node.source.schema.key.map(({ name, type }) => ({ name, text: textConverter(type) }));
  const shown = keys
    .slice(0, MOST_KEYS)
    .map((key) => columns.map(({ name, text }, i) => `${name} = ${valueText(text, key[i] ?? null)}`).join(', '));
  return shown.join('; ') + (keys.length > MOST_KEYS ? '; …' : '');
}

const valueText = (text: (value: SqlValue) => string, value: SqlValue): string =>
  value === null ? 'NULL' : typeof value === 'string' ? `'${value}'` : text(value);

function boundsText(bounds: Bounds): string {
  if (!isBounded(bounds)) return 'any';
  const { fromMs, toMs } = bounds;
  if (fromMs > toMs) return 'none';
  return toMs === Number.MAX_SAFE_INTEGER ? `from ${fromMs}` : `${fromMs} to ${toMs}`;
}

/** The operators that carry a pull query out, by ksqlDB's names. */
export function operatorsText(plan: PullPlan): string {
  const { node, where, limit, analyzed } = plan;
  let step: Step = { name: lookupOperator(plan), details: [node.source.name], inputs: [] };
  if (where !== undefined) {
    step = { name: 'SelectOperator', details: [`WHERE ${writeExpression(where)}`], inputs: [step] };
  }
  const schema = schemaText(analyzed.root.columns);
  step = { name: 'ProjectOperator', details: [`Schema: ${schema}`], inputs: [step] };
  if (limit !== undefined) step = { name: 'LimitOperator', details: [String(limit)], inputs: [step] };
  return write(step);
}

function lookupOperator(plan: PullPlan): string {
  if (plan.kind === 'stream') return 'StreamScanOperator';
  const isKeyed = plan.lookup.kind === 'keys';
  if (plan.windows !== undefined) return isKeyed ? 'KeyedWindowedTableLookupOperator' : 'WindowedTableScanOperator';
  return isKeyed ? 'KeyedTableLookupOperator' : 'TableScanOperator';
}
