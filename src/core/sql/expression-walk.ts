/** Going through expressions: the children of each kind, and a copy with other children. */
import type { Expression, ExpressionKind } from './ast.ts';

type Of<K extends ExpressionKind> = Extract<Expression, { readonly kind: K }>;
type Change = (child: Expression) => Expression;

interface Shape<E extends Expression> {
  /** Direct children in text order. */
  readonly children: (node: E) => readonly Expression[];
  /** The node with each child changed. */
  readonly rebuild: (node: E, change: Change) => E;
}

const leaf = { children: () => [], rebuild: <E>(node: E): E => node };
const operand = {
  children: (node: { readonly operand: Expression }) => [node.operand],
  rebuild: <E extends { readonly operand: Expression }>(node: E, change: Change): E => ({
    ...node,
    operand: change(node.operand),
  }),
};
interface Binary {
  readonly left: Expression;
  readonly right: Expression;
}
const binary = {
  children: (node: Binary) => [node.left, node.right],
  rebuild: <E extends Binary>(node: E, change: Change): E => ({
    ...node,
    left: change(node.left),
    right: change(node.right),
  }),
};
const ifAny = (expression: Expression | undefined): readonly Expression[] =>
  expression === undefined ? [] : [expression];

const SHAPES: { readonly [K in ExpressionKind]: Shape<Of<K>> } = {
  null: leaf,
  boolean: leaf,
  integer: leaf,
  bigint: leaf,
  double: leaf,
  decimal: leaf,
  string: leaf,
  intervalUnit: leaf,
  column: leaf,
  dereference: {
    children: (node) => [node.base],
    rebuild: (node, change) => ({ ...node, base: change(node.base) }),
  },
  subscript: {
    children: (node) => [node.base, node.index],
    rebuild: (node, change) => ({ ...node, base: change(node.base), index: change(node.index) }),
  },
  call: { children: (node) => node.args, rebuild: (node, change) => ({ ...node, args: node.args.map(change) }) },
  lambda: {
    children: (node) => [node.body],
    rebuild: (node, change) => ({ ...node, body: change(node.body) }),
  },
  array: {
    children: (node) => node.elements,
    rebuild: (node, change) => ({ ...node, elements: node.elements.map(change) }),
  },
  map: {
    children: (node) => node.entries.flatMap((entry) => [entry.key, entry.value]),
    rebuild: (node, change) => ({
      ...node,
      entries: node.entries.map((entry) => ({ key: change(entry.key), value: change(entry.value) })),
    }),
  },
  struct: {
    children: (node) => node.fields.map((field) => field.value),
    rebuild: (node, change) => ({
      ...node,
      fields: node.fields.map((field) => ({ name: field.name, value: change(field.value) })),
    }),
  },
  arithmetic: binary,
  negate: operand,
  comparison: binary,
  logical: binary,
  not: operand,
  isNull: operand,
  between: {
    children: (node) => [node.operand, node.low, node.high],
    rebuild: (node, change) => ({
      ...node,
      operand: change(node.operand),
      low: change(node.low),
      high: change(node.high),
    }),
  },
  in: {
    children: (node) => [node.operand, ...node.list],
    rebuild: (node, change) => ({ ...node, operand: change(node.operand), list: node.list.map(change) }),
  },
  like: {
    children: (node) => [node.operand, node.pattern],
    rebuild: (node, change) => ({ ...node, operand: change(node.operand), pattern: change(node.pattern) }),
  },
  case: {
    children: (node) => [
      ...ifAny(node.operand),
      ...node.whens.flatMap((branch) => [branch.when, branch.then]),
      ...ifAny(node.otherwise),
    ],
    rebuild: (node, change) => ({
      ...node,
      operand: node.operand === undefined ? undefined : change(node.operand),
      whens: node.whens.map((branch) => ({ when: change(branch.when), then: change(branch.then) })),
      otherwise: node.otherwise === undefined ? undefined : change(node.otherwise),
    }),
  },
  cast: operand,
};

function shapeOf<K extends ExpressionKind>(node: Of<K>): Shape<Of<K>> {
  return SHAPES[node.kind];
}

/** The direct children of an expression, in text order. */
export function childrenOf(node: Expression): readonly Expression[] {
  return shapeOf<ExpressionKind>(node).children(node);
}

/** A copy with each direct child changed; the same node when nothing changed. */
export function mapChildren(node: Expression, change: Change): Expression {
  let changed = false;
  const copy = shapeOf<ExpressionKind>(node).rebuild(node, (child) => {
    const next = change(child);
    changed ||= next !== child;
    return next;
  });
  return changed ? copy : node;
}

/** Visits a tree, parents first. The visitor answers false to pass by a node's children. */
export function walk(node: Expression, visit: (node: Expression) => boolean | void): void {
  if (visit(node) === false) return;
  for (const child of childrenOf(node)) walk(child, visit);
}

/** Changes a tree from the leaves up; parts without change are shared with the old tree. */
export function mapExpression(node: Expression, change: Change): Expression {
  return change(mapChildren(node, (child) => mapExpression(child, change)));
}

/** Does any node of the tree satisfy the condition? */
export function someExpression(node: Expression, condition: (node: Expression) => boolean): boolean {
  return condition(node) || childrenOf(node).some((child) => someExpression(child, condition));
}
