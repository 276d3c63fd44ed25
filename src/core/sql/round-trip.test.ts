/** Random syntax trees of every kind are printed, and what is printed is parsed again. */
import { Decimal } from 'decimal.js';
import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_SPAN } from '../common/position.ts';
import type {
  ColumnDefinition,
  Duration,
  Expression,
  ExpressionKind,
  Identifier,
  Property,
  Query,
  Relation,
  SelectItem,
  SourceRelation,
  Statement,
  StatementKind,
  TypeName,
  WindowClause,
} from './ast.ts';
import { formatStatement, writeExpression, writeType } from './formatter.ts';
import { parseExpression, parseStatement, parseType } from './parse.ts';
import { KEYWORDS } from './tokens.ts';

const span = NO_SPAN;
const sourceKind = fc.constantFrom('STREAM' as const, 'TABLE' as const);
const optional = <T>(of: Arbitrary<T>): Arbitrary<T | undefined> => fc.option(of, { nil: undefined });
const few = <T>(of: Arbitrary<T>, minLength = 0): Arbitrary<T[]> => fc.array(of, { minLength, maxLength: 3 });

/** Plain, keyword, quoted, mixed-case and outlandish names. */
const name: Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('A', 'B', 'ORDERS', 'F_1', 'X@Y') },
  { weight: 3, arbitrary: fc.constantFrom(...KEYWORDS) },
  { weight: 2, arbitrary: fc.constantFrom('lower', 'Mixed', 'with space', 'back`tick', '1st', 'größe', '--', "it's") },
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }).filter((text) => !text.includes('${')),
);
const identifier: Arbitrary<Identifier> = name.map((text) => ({ name: text, span }));
const text = fc.oneof(fc.string(), fc.constantFrom("it's", '--', '', ';')).filter((each) => !each.includes('${'));
const count = fc.nat(1_000_000);

const duration: Arbitrary<Duration> = fc.record({
  value: count,
  unit: fc.constantFrom('DAY' as const, 'HOUR' as const, 'MINUTE' as const, 'SECOND' as const, 'MILLISECOND' as const),
  span: fc.constant(span),
});

const typeName: Arbitrary<TypeName> = fc.letrec<{ type: TypeName }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3 },
    fc
      .constantFrom('INT', 'INTEGER', 'STRING', 'VARCHAR', 'DATE', 'my type')
      .map((type): TypeName => ({ kind: 'named', name: type, parameters: [], span })),
    fc
      .tuple(fc.nat(38), fc.nat(38))
      .map((parameters): TypeName => ({ kind: 'named', name: 'DECIMAL', parameters, span })),
    tie('type').map((element): TypeName => ({ kind: 'arrayType', element, span })),
    fc.tuple(tie('type'), tie('type')).map(([key, value]): TypeName => ({ kind: 'mapType', key, value, span })),
    few(fc.record({ name, type: tie('type') })).map((fields): TypeName => ({ kind: 'structType', fields, span })),
  ),
})).type;

const decimalText = fc
  .tuple(fc.boolean(), fc.stringMatching(/^\d{1,20}$/), fc.stringMatching(/^\d{0,20}$/))
  .map(([negative, whole, fraction]) => `${negative ? '-' : ''}${whole}.${fraction}`);

const literals: Arbitrary<Expression> = fc.oneof(
  fc.constant<Expression>({ kind: 'null', span }),
  fc.boolean().map((value): Expression => ({ kind: 'boolean', value, span })),
  fc.integer().map((value): Expression => ({ kind: 'integer', value, span })),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .filter((value) => value < -(2n ** 31n) || value >= 2n ** 31n)
    .map((value): Expression => ({ kind: 'bigint', value, span })),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value): Expression => ({ kind: 'double', value, span })),
  decimalText.map((digits): Expression => ({ kind: 'decimal', value: new Decimal(digits), text: digits, span })),
  text.map((value): Expression => ({ kind: 'string', value, span })),
);
const expressionByKind: Readonly<Record<ExpressionKind, Arbitrary<Expression>>> = fc.letrec<
  Record<ExpressionKind | 'any', Expression>
>((tie) => {
  const any = tie('any');
  const pair = fc.tuple(any, any);
  const negated = fc.boolean();
  return {
    null: fc.constant<Expression>({ kind: 'null', span }),
    boolean: literals.filter((each) => each.kind === 'boolean'),
    integer: literals.filter((each) => each.kind === 'integer'),
    bigint: literals.filter((each) => each.kind === 'bigint'),
    double: literals.filter((each) => each.kind === 'double'),
    decimal: literals.filter((each) => each.kind === 'decimal'),
    string: literals.filter((each) => each.kind === 'string'),
    column: fc
      .tuple(optional(name), name)
      .map(([source, column]): Expression => ({ kind: 'column', source, name: column, span })),
    // Units and lambdas stand in arguments only.
    intervalUnit: fc
      .constantFrom('YEAR' as const, 'MONTH' as const, 'DAY' as const, 'MILLISECOND' as const)
      .map((unit): Expression => call('F', [{ kind: 'intervalUnit', unit, span }])),
    lambda: fc
      .tuple(few(name, 1), any)
      .map(([params, body]): Expression => call('F', [{ kind: 'lambda', params, body, span }])),
    call: fc.oneof(
      name.map((each): Expression => ({ ...call(each, []), star: true })),
      fc.tuple(name, few(any)).map(([each, args]) => call(each, args)),
    ),
    dereference: fc
      .tuple(any, name)
      .map(([base, field]): Expression => ({ kind: 'dereference', base, field, fieldSpan: span, span })),
    subscript: pair.map(([base, index]): Expression => ({ kind: 'subscript', base, index, span })),
    array: few(any).map((elements): Expression => ({ kind: 'array', elements, span })),
    map: few(fc.record({ key: any, value: any })).map((entries): Expression => ({ kind: 'map', entries, span })),
    struct: few(fc.record({ name, value: any })).map((fields): Expression => ({ kind: 'struct', fields, span })),
    arithmetic: fc
      .tuple(fc.constantFrom('+' as const, '-' as const, '*' as const, '/' as const, '%' as const), any, any)
      .map(([operator, left, right]): Expression => ({ kind: 'arithmetic', operator, left, right, span })),
    negate: any.map((operand): Expression => ({ kind: 'negate', operand, span })),
    comparison: fc
      .tuple(
        fc.constantFrom(
          '=' as const,
          '<>' as const,
          '<=' as const,
          'IS DISTINCT FROM' as const,
          'IS NOT DISTINCT FROM' as const,
        ),
        any,
        any,
      )
      .map(([operator, left, right]): Expression => ({ kind: 'comparison', operator, left, right, span })),
    logical: fc
      .tuple(fc.constantFrom('AND' as const, 'OR' as const), any, any)
      .map(([operator, left, right]): Expression => ({ kind: 'logical', operator, left, right, span })),
    not: any.map((operand): Expression => ({ kind: 'not', operand, span })),
    isNull: fc
      .tuple(any, negated)
      .map(([operand, not]): Expression => ({ kind: 'isNull', operand, negated: not, span })),
    between: fc
      .tuple(any, any, any, negated)
      .map(([operand, low, high, not]): Expression => ({ kind: 'between', operand, low, high, negated: not, span })),
    in: fc
      .tuple(any, few(any, 1), negated)
      .map(([operand, list, not]): Expression => ({ kind: 'in', operand, list, negated: not, span })),
    like: fc.tuple(any, any, optional(text), negated).map(([operand, pattern, escape, not]): Expression => ({
      kind: 'like',
      operand,
      pattern,
      escape,
      negated: not,
      span,
    })),
    case: fc
      .tuple(optional(any), few(fc.record({ when: any, then: any }), 1), optional(any))
      .map(([operand, whens, otherwise]): Expression => ({ kind: 'case', operand, whens, otherwise, span })),
    cast: fc.tuple(any, typeName).map(([operand, type]): Expression => ({ kind: 'cast', operand, type, span })),
    any: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      literals,
      tie('column'),
      tie('arithmetic'),
      tie('negate'),
      tie('comparison'),
      tie('logical'),
      tie('not'),
      tie('isNull'),
      tie('between'),
      tie('in'),
      tie('like'),
      tie('case'),
      tie('cast'),
      tie('call'),
      tie('lambda'),
      tie('intervalUnit'),
      tie('dereference'),
      tie('subscript'),
      tie('array'),
      tie('map'),
      tie('struct'),
    ),
  };
});

function call(callee: string, args: readonly Expression[]): Expression & { kind: 'call' } {
  return { kind: 'call', name: callee, nameSpan: span, args, star: false, span };
}

const expression: Arbitrary<Expression> = fc.oneof(...Object.values(expressionByKind));

// ---------------------------------------------------------------------------------------------------- statements

const properties: Arbitrary<Property[]> = few(
  fc.record({ name, nameSpan: fc.constant(span), value: literals, span: fc.constant(span) }),
);
const someProperties = properties.filter((list) => list.length > 0);
const columns: Arbitrary<ColumnDefinition[]> = few(
  fc.record({
    name,
    nameSpan: fc.constant(span),
    type: typeName,
    constraint: fc.oneof(
      fc.constantFrom(undefined, { kind: 'HEADERS' as const }),
      text.map((key) => ({ kind: 'HEADER' as const, key })),
    ),
    span: fc.constant(span),
  }),
);

const source: Arbitrary<SourceRelation> = fc
  .tuple(name, optional(name))
  .map(([of, alias]) => ({ kind: 'source', name: of, nameSpan: span, alias: alias ?? of, span }));
const within = fc
  .tuple(duration, duration, optional(duration))
  .map(([before, after, grace]) => ({ before, after, grace, span }));
const relation: Arbitrary<Relation> = fc
  .tuple(
    source,
    few(
      fc.record({
        type: fc.constantFrom('INNER' as const, 'LEFT' as const, 'RIGHT' as const, 'FULL' as const),
        right: source,
        within: optional(within),
        on: expression,
      }),
    ),
  )
  .map(([first, joins]) => joins.reduce<Relation>((left, join) => ({ kind: 'join', left, ...join, span }), first));

const window: Arbitrary<WindowClause> = fc
  .tuple(fc.constantFrom('tumbling', 'hopping', 'session'), duration, duration, optional(duration), optional(duration))
  .map(([kind, size, advance, retention, grace]): WindowClause => {
    if (kind === 'tumbling') return { kind: 'tumbling', size, retention, grace, span };
    if (kind === 'hopping') return { kind: 'hopping', size, advance, retention, grace, span };
    return { kind: 'session', gap: size, retention, grace, span };
  });

const selectItem: Arbitrary<SelectItem> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(expression, optional(identifier))
      .map(([each, alias]): SelectItem => ({ kind: 'expression', expression: each, alias, span })),
  },
  optional(name).map((of): SelectItem => ({ kind: 'all', source: of, span })),
  expression.map((base): SelectItem => ({ kind: 'structAll', base, span })),
);

const query: Arbitrary<Query> = fc.record({
  kind: fc.constant('query' as const),
  select: few(selectItem, 1),
  from: relation,
  window: optional(window),
  where: optional(expression),
  groupBy: few(expression),
  partitionBy: few(expression),
  having: optional(expression),
  emit: fc.constantFrom(undefined, 'CHANGES' as const, 'FINAL' as const),
  emitSpan: fc.constant(undefined),
  limit: optional(count),
  limitSpan: fc.constant(undefined),
  span: fc.constant(span),
});

const variableName = fc.constantFrom('topic', 'replicas_2');
const yes = fc.boolean();
const topic = fc.oneof(
  fc.constantFrom('orders', 'Orders', 'my-topic', 'select'),
  text.filter((each) => each !== ''),
);

const flat: Omit<{ readonly [K in StatementKind]: Arbitrary<Extract<Statement, { kind: K }>> }, 'explain'> = {
  query,
  createSource: fc
    .tuple(sourceKind, identifier, yes, yes, yes, columns, properties)
    .map(([kind, of, orReplace, ifNotExists, isSource, list, props]) => ({
      kind: 'createSource',
      sourceKind: kind,
      name: of,
      orReplace,
      ifNotExists,
      isSource,
      columns: list,
      properties: props,
      span,
    })),
  createAsSelect: fc
    .tuple(sourceKind, identifier, yes, yes, properties, query)
    .map(([kind, of, orReplace, ifNotExists, props, select]) => ({
      kind: 'createAsSelect',
      sourceKind: kind,
      name: of,
      orReplace,
      ifNotExists,
      properties: props,
      query: select,
      span,
    })),
  insertSelect: fc
    .tuple(identifier, properties, query)
    .map(([target, props, select]) => ({ kind: 'insertSelect', target, properties: props, query: select, span })),
  insertValues: fc
    .tuple(identifier, few(identifier), few(expression))
    .map(([target, list, values]) => ({ kind: 'insertValues', target, columns: list, values, span })),
  dropSource: fc.tuple(sourceKind, identifier, yes, yes).map(([kind, of, ifExists, deleteTopic]) => ({
    kind: 'dropSource',
    sourceKind: kind,
    name: of,
    ifExists,
    deleteTopic,
    span,
  })),
  alterSource: fc
    .tuple(sourceKind, identifier, few(fc.record({ name, nameSpan: fc.constant(span), type: typeName }), 1))
    .map(([kind, of, add]) => ({ kind: 'alterSource', sourceKind: kind, name: of, add, span })),
  createType: fc
    .tuple(identifier, yes, typeName)
    .map(([of, ifNotExists, type]) => ({ kind: 'createType', name: of, ifNotExists, type, span })),
  dropType: fc.tuple(identifier, yes).map(([of, ifExists]) => ({ kind: 'dropType', name: of, ifExists, span })),
  createConnector: fc
    .tuple(fc.constantFrom('SOURCE' as const, 'SINK' as const), identifier, yes, someProperties)
    .map(([kind, of, ifNotExists, props]) => ({
      kind: 'createConnector',
      connectorKind: kind,
      name: of,
      ifNotExists,
      properties: props,
      span,
    })),
  dropConnector: fc
    .tuple(identifier, yes)
    .map(([of, ifExists]) => ({ kind: 'dropConnector', name: of, ifExists, span })),
  describeConnector: identifier.map((of) => ({ kind: 'describeConnector', name: of, span })),
  describe: fc.tuple(identifier, yes).map(([of, extended]) => ({ kind: 'describe', name: of, extended, span })),
  describeFunction: identifier.map((of) => ({ kind: 'describeFunction', name: of, span })),
  describeAll: fc
    .tuple(sourceKind, yes)
    .map(([kind, extended]) => ({ kind: 'describeAll', sourceKind: kind, extended, span })),
  show: fc.oneof(
    fc
      .tuple(
        fc.constantFrom(
          'TOPICS' as const,
          'ALL TOPICS' as const,
          'STREAMS' as const,
          'TABLES' as const,
          'QUERIES' as const,
        ),
        yes,
      )
      .map(([subject, extended]) => ({ kind: 'show' as const, subject, extended, span })),
    fc
      .constantFrom(
        'FUNCTIONS',
        'PROPERTIES',
        'TYPES',
        'VARIABLES',
        'CONNECTORS',
        'SOURCE CONNECTORS',
        'SINK CONNECTORS',
        'CONNECTOR PLUGINS',
      )
      .map((subject) => ({ kind: 'show' as const, subject, extended: false, span })),
  ),
  print: fc.tuple(topic, yes, optional(count), optional(count)).map(([of, fromBeginning, interval, limit]) => ({
    kind: 'print',
    topic: of,
    topicSpan: span,
    fromBeginning,
    interval,
    limit,
    span,
  })),
  queryControl: fc
    .tuple(fc.constantFrom('TERMINATE' as const, 'PAUSE' as const, 'RESUME' as const), optional(identifier))
    .map(([action, of]) => ({ kind: 'queryControl', action, query: of, span })),
  set: fc
    .tuple(text, text)
    .map(([of, value]) => ({ kind: 'set', name: of, nameSpan: span, value, valueSpan: span, span })),
  unset: text.map((of) => ({ kind: 'unset', name: of, nameSpan: span, span })),
  alterSystem: fc
    .tuple(text, text)
    .map(([of, value]) => ({ kind: 'alterSystem', name: of, nameSpan: span, value, valueSpan: span, span })),
  define: fc.tuple(variableName, text).map(([of, value]) => ({ kind: 'define', name: of, value, span })),
  undefine: variableName.map((of) => ({ kind: 'undefine', name: of, span })),
  runScript: text.map((path) => ({ kind: 'runScript', path, span })),
  assertTopic: fc.tuple(yes, topic, properties, optional(duration)).map(([exists, of, props, timeout]) => ({
    kind: 'assertTopic',
    exists,
    topic: of,
    properties: props,
    timeout,
    span,
  })),
  assertSchema: fc
    .tuple(yes, optional(topic), optional(count), optional(duration))
    .map(([exists, subject, id, timeout]) => ({ kind: 'assertSchema', exists, subject, id, timeout, span })),
  assertSource: fc
    .tuple(sourceKind, yes, identifier, columns, properties, optional(duration))
    .map(([kind, exists, of, list, props, timeout]) => ({
      kind: 'assertSource',
      sourceKind: kind,
      exists,
      name: of,
      columns: list,
      properties: props,
      timeout,
      span,
    })),
  assertValues: fc
    .tuple(identifier, yes, few(identifier), few(expression))
    .map(([target, tombstone, list, values]) => ({
      kind: 'assertValues',
      target,
      tombstone,
      columns: list,
      values,
      span,
    })),
};

const statementByKind: Readonly<Record<StatementKind, Arbitrary<Statement>>> = {
  ...flat,
  explain: fc.oneof(identifier, query, flat.createAsSelect).map((target) => ({ kind: 'explain', target, span })),
};

// ---------------------------------------------------------------------------------------------------- the property

const SPANS = new Set(['span', 'nameSpan', 'valueSpan', 'topicSpan', 'emitSpan', 'limitSpan', 'fieldSpan']);

/** The tree without positions, in a form that compares by value. */
function bare(node: unknown): unknown {
  if (node instanceof Decimal) return `decimal ${node.toFixed()}`;
  if (Array.isArray(node)) return node.map(bare);
  if (typeof node !== 'object' || node === null) return Object.is(node, -0) ? '-0' : node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key, value]) => !SPANS.has(key) && value !== undefined)
      .map(([key, value]) => [key, bare(value)]),
  );
}

describe('what the formatter prints parses to the same tree', () => {
  it.each(Object.entries(expressionByKind))('expression: %s', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (tree) => {
        expect(bare(parseExpression(writeExpression(tree)))).toEqual(bare(tree));
      }),
      { numRuns: 60 },
    );
  });

  it.each(Object.entries(statementByKind))('statement: %s', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (tree) => {
        expect(bare(parseStatement(formatStatement(tree), { testStatements: true }))).toEqual(bare(tree));
      }),
      { numRuns: 60 },
    );
  });

  it('types', () => {
    fc.assert(
      fc.property(typeName, (tree) => {
        expect(bare(parseType(writeType(tree)))).toEqual(bare(tree));
      }),
    );
  });
});
