/** The FROM clause: which sources a query reads, under which aliases, and the tree of its joins. */
import { WeirError } from '../../common/errors.ts';
import type { Column } from '../../common/schema.ts';
import { BIGINT, INTEGER } from '../../common/sql-type.ts';
import type { Expression, JoinRelation, Relation, SourceRelation } from '../../sql/ast.ts';
import type { Catalog, DataSource } from '../catalog.ts';
import { ROWOFFSET, ROWPARTITION, ROWTIME, WINDOWEND, WINDOWSTART } from '../names.ts';

export interface FromSource {
  readonly alias: string;
  readonly source: DataSource;
  readonly relation: SourceRelation;
}

export type FromTree =
  | { readonly kind: 'source'; readonly source: FromSource }
  | {
      readonly kind: 'join';
      readonly join: JoinRelation;
      readonly left: FromTree;
      readonly right: FromSource;
      readonly on: Expression;
    };

export interface From {
  readonly tree: FromTree;
  /** In the order in which they are written. */
  readonly sources: readonly FromSource[];
}

/** @throws WeirError UNKNOWN_SOURCE, DUPLICATE_SOURCE */
export function analyzeFrom(relation: Relation, catalog: Catalog): From {
  const sources: FromSource[] = [];
  const visit = (node: Relation): FromTree => {
    if (node.kind === 'source') return { kind: 'source', source: bind(node) };
    const left = visit(node.left);
    const right = bind(node.right);
    return { kind: 'join', join: node, left, right, on: node.on };
  };
  const bind = (node: SourceRelation): FromSource => {
    const source = located(node, () => catalog.require(node.name));
    if (sources.some((s) => s.alias === node.alias)) {
      throw new WeirError('DUPLICATE_SOURCE', `'${node.alias}' stands more than once in the FROM clause.`, {
        span: node.span,
        hint: 'Every source of a join is another stream or table, under an alias of its own.',
        details: { source: node.alias },
      });
    }
    const bound = { alias: node.alias, source, relation: node };
    sources.push(bound);
    return bound;
  };
  const tree = visit(relation);
  refuseSelfJoin(sources, relation);
  return { tree, sources };
}

function refuseSelfJoin(sources: readonly FromSource[], relation: Relation): void {
  for (const [i, a] of sources.entries()) {
    const b = sources.slice(i + 1).find((other) => other.source.name === a.source.name);
    if (b === undefined) continue;
    throw new WeirError(
      'SELF_JOIN',
      `Cannot join '${a.source.name}' to itself: each source of a join must be another one.`,
      {
        span: relation.span,
        hint: `Make a copy first: CREATE STREAM ${a.source.name}_COPY AS SELECT * FROM ${a.source.name};`,
        details: { source: a.source.name },
      },
    );
  }
}

function located<T>(node: SourceRelation, lookUp: () => T): T {
  try {
    return lookUp();
  } catch (error) {
    throw error instanceof WeirError ? error.at(node.nameSpan) : error;
  }
}

/** The columns that `SELECT *` of a source means. Window bounds are there unless a persistent query reads it alone. */
export function starColumns(source: DataSource, windowBounds: boolean): readonly Column[] {
  const bounds = windowBounds && source.window !== undefined ? windowColumns : [];
  return [...source.schema.key, ...bounds, ...source.schema.value, ...source.schema.headers];
}

const windowColumns: readonly Column[] = [
  { name: WINDOWSTART, type: BIGINT },
  { name: WINDOWEND, type: BIGINT },
];

const pseudoColumns: readonly Column[] = [
  { name: ROWTIME, type: BIGINT },
  { name: ROWPARTITION, type: INTEGER },
  { name: ROWOFFSET, type: BIGINT },
];

/** Every column that an expression over the source may name, pseudo columns included. */
export function allColumns(source: DataSource): readonly Column[] {
  return [...starColumns(source, true), ...pseudoColumns];
}
