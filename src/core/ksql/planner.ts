/**
 * Turns the statements that change something into commands, and applies commands to the catalog. Synchronous and
 * deterministic: replaying the command topic through it gives the same catalog, the same query ids and the same
 * topologies. Whoever calls it carries out a command's effects on topics and running queries.
 */
import { WeirError } from '../common/errors.ts';
import { didYouMean } from '../common/nearest.ts';
import type { SchemaRegistryPort } from '../serde/format.ts';
import { registerSchemas } from './schemas.ts';
import type {
  AlterSource,
  CreateAsSelect,
  CreateSource,
  CreateType,
  DropSource,
  DropType,
  Identifier,
  InsertSelect,
  Query,
  SourceKind,
  Statement,
} from '../sql/ast.ts';
import type { FunctionContext, FunctionRegistry } from '../sql/functions/function.ts';
import { writeName } from '../sql/format-expression.ts';
import { resolveTypeName } from '../sql/types.ts';
import type { AnalyzerContext } from './analyzer/context.ts';
import { analyzeQuery, type AnalyzedQuery } from './analyzer/query.ts';
import { capital, kindWord, Catalog, type DataSource } from './catalog.ts';
import type { Config } from './config.ts';
import { declareSource } from './declare.ts';
import { sinkQuery, sourceTableQuery, type PersistentQuery } from './persistent-query.ts';
import { isReservedColumn } from './names.ts';
import { Properties } from './properties/properties.ts';
import { requireQueryUpgrade, requireUpgrade } from './replace.ts';
import { createSink, derivedKeyFormat, insertSink } from './sink.ts';

export interface TopicSpec {
  readonly topic: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly config: Readonly<Record<string, string>>;
}

/** What carrying out a statement comes to. */
export interface Command {
  /** Made before anything else. */
  readonly createTopic: TopicSpec | undefined;
  readonly put: DataSource | undefined;
  readonly start: PersistentQuery | undefined;
  /** Ids of queries to end. */
  readonly terminate: readonly string[];
  readonly remove: string | undefined;
  readonly deleteTopic: string | undefined;
  readonly putType: CreateType | undefined;
  readonly removeType: string | undefined;
  /** For the person: `Stream DELAYED created and running as CSAS_DELAYED_3`. */
  readonly message: string;
}

const NOTHING: Command = {
  createTopic: undefined,
  put: undefined,
  start: undefined,
  terminate: [],
  remove: undefined,
  deleteTopic: undefined,
  putType: undefined,
  removeType: undefined,
  message: '',
};

/** Ended queries that are remembered. */
const MAX_ENDED = 10;

export interface PlannerOptions {
  readonly functions: FunctionRegistry;
  readonly functionContext: FunctionContext;
  readonly registry: SchemaRegistryPort;
  readonly topicPartitions: (topic: string) => number | undefined;
}

/** The statements that the planner takes: those that are recorded in the command topic. */
export type CommandStatement =
  CreateSource | CreateAsSelect | InsertSelect | DropSource | AlterSource | CreateType | DropType;

export function isCommand(statement: Statement): statement is CommandStatement {
  switch (statement.kind) {
    case 'createSource':
    case 'createAsSelect':
    case 'insertSelect':
    case 'dropSource':
    case 'alterSource':
    case 'createType':
    case 'dropType':
      return true;
    default:
      return false;
  }
}

export class Planner {
  readonly catalog = new Catalog();
  readonly #queries = new Map<string, PersistentQuery>();
  /** Oldest first. */
  #ended: readonly PersistentQuery[] = [];
  readonly #options: PlannerOptions;

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  queries(): readonly PersistentQuery[] {
    return [...this.#queries.values()];
  }

  query(id: string): PersistentQuery | undefined {
    return this.#queries.get(id);
  }

  /** The last of the queries that statements have ended and none has started again, latest first. */
  ended(): readonly PersistentQuery[] {
    return this.#ended.toReversed();
  }

  /** Ids of the queries that write to the source. */
  writersOf(name: string): readonly string[] {
    return this.queries()
      .filter((q) => q.sink === name)
      .map((q) => q.id);
  }

  /** Ids of the queries that read from the source. */
  readersOf(name: string): readonly string[] {
    return this.queries()
      .filter((q) => q.sources.includes(name))
      .map((q) => q.id);
  }

  analyzerContext(config: Config): AnalyzerContext {
    const { functions, functionContext } = this.#options;
    return {
      catalog: this.catalog,
      functions,
      functionContext: { ...functionContext, config: config.toRecord() },
      config,
    };
  }

  /** Analyzes a query that is not kept: a push or pull query, or EXPLAIN. */
  analyze(query: Query, config: Config): AnalyzedQuery {
    return analyzeQuery(query, this.analyzerContext(config), { persistent: false, keyFormat: (format) => format });
  }

  /**
   * What a statement will do; nothing is changed yet.
   * @param sequence the statement's offset in the command topic, part of query ids
   */
  plan(statement: CommandStatement, text: string, sequence: number, config: Config): Command {
    switch (statement.kind) {
      case 'createSource':
        return this.#createSource(statement, text, sequence, config);
      case 'createAsSelect':
        return this.#createAsSelect(statement, text, sequence, config);
      case 'insertSelect':
        return this.#insertSelect(statement, text, sequence, config);
      case 'dropSource':
        return this.#drop(statement);
      case 'alterSource':
        return this.#alter(statement, text);
      case 'createType':
        return this.#createType(statement);
      case 'dropType': {
        const known = this.catalog.type(statement.name.name) !== undefined;
        if (!known && !statement.ifExists) {
          throw new WeirError('UNKNOWN_TYPE', `There is no type ${statement.name.name}.`, {
            span: statement.name.span,
            ...didYouMean(
              statement.name.name,
              this.catalog.types().map(({ name }) => name),
              'SHOW TYPES lists what there is.',
              writeName,
            ),
            details: { name: statement.name.name },
          });
        }
        return {
          ...NOTHING,
          removeType: statement.name.name,
          message: known ? `Dropped type ${statement.name.name}` : `Type ${statement.name.name} does not exist`,
        };
      }
    }
  }

  /** Takes a command into the catalog. */
  apply(command: Command): void {
    for (const id of command.terminate) this.terminate(id);
    if (command.remove !== undefined) this.catalog.remove(command.remove);
    if (command.put !== undefined) this.catalog.put(command.put);
    if (command.start !== undefined) this.#start(command.start);
    if (command.removeType !== undefined) this.catalog.removeType(command.removeType);
    if (command.putType !== undefined) {
      this.catalog.putType(
        command.putType.name.name,
        resolveTypeName(command.putType.type, (name) => this.catalog.type(name)),
      );
    }
  }

  terminate(id: string): void {
    const query = this.#queries.get(id);
    if (query === undefined) return;
    this.#queries.delete(id);
    this.#ended = [...this.#ended, query].slice(-MAX_ENDED);
  }

  #start(query: PersistentQuery): void {
    this.#queries.set(query.id, query);
    const isBack = ({ id, sink, createsSink }: PersistentQuery): boolean =>
      id === query.id || (createsSink && query.createsSink && sink === query.sink);
    if (this.#ended.some(isBack)) this.#ended = this.#ended.filter((ended) => !isBack(ended));
  }

  #createSource(statement: CreateSource, text: string, sequence: number, config: Config): Command {
    const existing = this.#existing(statement);
    if (existing === 'kept') return kept(statement);
    const { registry, topicPartitions } = this.#options;
    if (statement.orReplace && (statement.isSource || existing?.isSource === true)) {
      const kind = kindWord(statement.sourceKind);
      throw new WeirError(
        'READ_ONLY_SOURCE',
        `Cannot replace ${kind} '${statement.name.name}': CREATE OR REPLACE does not go with SOURCE ${kind}s.`,
        {
          span: statement.name.span,
          hint: 'Drop it and create it anew.',
          details: { name: statement.name.name },
        },
      );
    }
    const { source, createTopic } = declareSource(statement, text, {
      catalog: this.catalog,
      config,
      registry,
      topicPartitions,
    });
    if (existing !== undefined) requireUpgrade(existing, source, statement.name.span);
    registerSchemas(source, registry, 'ifAbsent');
    const start =
      statement.isSource && statement.sourceKind === 'TABLE'
        ? sourceTableQuery(`CST_${source.name}_${sequence}`, text, source, {
            analyzer: this.analyzerContext(config),
            registry,
          })
        : undefined;
    return {
      ...NOTHING,
      createTopic: createTopic === undefined ? undefined : { topic: source.topic, ...createTopic },
      put: source,
      start,
      message: `${capital(kindWord(source.kind))} ${source.name} created`,
    };
  }

  #createAsSelect(statement: CreateAsSelect, text: string, sequence: number, config: Config): Command {
    const existing = this.#existing(statement);
    if (existing === 'kept') return kept(statement);
    const { registry, topicPartitions } = this.#options;
    const properties = new Properties(statement.properties, 'createAs');
    const analyzer = this.analyzerContext(config);
    refuseLimit(statement.query, `CREATE ${statement.sourceKind} AS SELECT`);
    const query = analyzeQuery(statement.query, analyzer, {
      persistent: true,
      keyFormat: derivedKeyFormat(properties, config),
    });
    const { source, layout, createTopic } = createSink(statement, text, query, properties, {
      config,
      registry,
      topicPartitions,
    });
    const prefix = source.kind === 'STREAM' ? 'CSAS' : 'CTAS';
    const old = this.queries().find((q) => q.sink === source.name && q.createsSink);
    if (existing !== undefined) {
      requireUpgrade(existing, source, statement.name.span);
      if (old !== undefined) requireQueryUpgrade(source.name, old.plan, query.root, statement.name.span);
    }
    registerSchemas(source, registry, 'always');
    const id = old?.id ?? `${prefix}_${source.name}_${sequence}`;
    const start = sinkQuery(id, text, query, source, layout, true, { analyzer, registry });
    start.build(() => undefined);
    return {
      ...NOTHING,
      createTopic: createTopic === undefined ? undefined : { topic: source.topic, ...createTopic },
      put: source,
      start,
      terminate: old === undefined ? [] : [old.id],
      message: `${capital(kindWord(source.kind))} ${source.name} created and running as ${id}`,
    };
  }

  #insertSelect(statement: InsertSelect, text: string, sequence: number, config: Config): Command {
    const { registry } = this.#options;
    const target = this.catalog.source(statement.target.name);
    if (target === undefined) {
      throw new WeirError('UNKNOWN_SOURCE', `There is no stream \`${statement.target.name}\` to insert into.`, {
        span: statement.target.span,
        hint: 'Create it first.',
        details: { name: statement.target.name },
      });
    }
    const properties = new Properties(statement.properties, 'insert');
    const analyzer = this.analyzerContext(config);
    refuseLimit(statement.query, 'INSERT INTO ... SELECT');
    const query = analyzeQuery(statement.query, analyzer, { persistent: true, keyFormat: () => target.key });
    const { layout } = insertSink(statement, target, query, config);
    const id = properties.text('QUERY_ID') ?? `INSERTQUERY_${sequence}`;
    const start = sinkQuery(id, text, query, target, layout, false, { analyzer, registry });
    start.build(() => undefined);
    return { ...NOTHING, start, message: `Insert into ${target.name} running as ${id}` };
  }

  #drop(statement: DropSource): Command {
    const { name, span } = statement.name;
    const source = this.catalog.source(name);
    if (source === undefined && statement.ifExists) return { ...NOTHING, message: `Source ${name} does not exist` };
    const found = this.#require(statement.name, statement.sourceKind);
    const own = this.queries()
      .filter((q) => (q.sink === name && q.createsSink) || (q.sink === undefined && q.sources.includes(name)))
      .map((q) => q.id);
    const readers = this.readersOf(name).filter((id) => !own.includes(id));
    const writers = this.writersOf(name).filter((id) => !own.includes(id));
    if (readers.length > 0 || writers.length > 0) {
      const terminations = [...new Set([...readers, ...writers])].map((id) => `TERMINATE ${id};`).join(' ');
      throw new WeirError(
        'SOURCE_IN_USE',
        `${name} cannot be dropped: ${[...(readers.length > 0 ? [`${readers.join(', ')} read from it`] : []), ...(writers.length > 0 ? [`${writers.join(', ')} write to it`] : [])].join(', ')}.`,
        {
          span,
          hint: `Terminate them first: ${terminations}`,
          rewrite: { title: 'Terminate them first', span: { ...statement.span, length: 0 }, text: `${terminations}\n` },
          details: { name, readers, writers },
        },
      );
    }
    if (statement.deleteTopic && found.isSource) {
      throw new WeirError('READ_ONLY_SOURCE', `The topic of the read-only source ${name} cannot be deleted with it.`, {
        span,
        hint: 'Leave DELETE TOPIC out.',
        details: { name },
      });
    }
    return {
      ...NOTHING,
      remove: name,
      terminate: own,
      deleteTopic: statement.deleteTopic ? found.topic : undefined,
      message: `Source ${name} (topic: ${found.topic}) was dropped`,
    };
  }

  #alter(statement: AlterSource, text: string): Command {
    const { name, span } = statement.name;
    const source = this.#require(statement.name, statement.sourceKind);
    const kind = kindWord(source.kind);
    if (source.isSource || source.isDerived) {
      throw new WeirError(
        'READ_ONLY_SOURCE',
        `Cannot alter ${kind} '${name}': ${source.isSource ? `it is a SOURCE ${kind}` : 'its columns are those of its SELECT'}.`,
        {
          span,
          hint: source.isSource ? 'Drop it and create it anew.' : `Use CREATE OR REPLACE ${source.kind} ... AS SELECT.`,
          details: { name },
        },
      );
    }
    const value = [...source.schema.value];
    for (const column of statement.add) {
      if (isReservedColumn(column.name)) {
        throw new WeirError('RESERVED_COLUMN', `'${column.name}' is a reserved column name: every record has it.`, {
          span: column.nameSpan,
          hint: 'Choose another name.',
          details: { name: column.name },
        });
      }
      if ([...source.schema.key, ...value].some((c) => c.name === column.name)) {
        throw new WeirError('DUPLICATE_COLUMN', `${name} has a column \`${column.name}\` already.`, {
          span: column.nameSpan,
          hint: 'ALTER adds columns; it does not change them.',
          details: { column: column.name },
        });
      }
      value.push({ name: column.name, type: resolveTypeName(column.type, (type) => this.catalog.type(type)) });
    }
    const altered: DataSource = { ...source, schema: { ...source.schema, value }, statement: text };
    registerSchemas(altered, this.#options.registry, 'always');
    return { ...NOTHING, put: altered, message: `${capital(kind)} ${name} altered` };
  }

  #createType(statement: CreateType): Command {
    const { name } = statement.name;
    if (this.catalog.type(name) !== undefined) {
      if (statement.ifNotExists) return { ...NOTHING, message: `Type ${name} exists already` };
      throw new WeirError('TYPE_EXISTS', `There is a type ${name} already.`, {
        span: statement.name.span,
        hint: `DROP TYPE ${name}; first.`,
        details: { name },
      });
    }
    resolveTypeName(statement.type, (type) => this.catalog.type(type));
    return { ...NOTHING, putType: statement, message: `Registered custom type ${name}` };
  }

  #require({ name, span }: Identifier, kind: SourceKind): DataSource {
    try {
      return this.catalog.require(name, kind);
    } catch (error) {
      throw error instanceof WeirError ? error.at(span) : error;
    }
  }

  /** The source that the statement would replace, or `kept` for IF NOT EXISTS. */
  #existing(statement: CreateSource | CreateAsSelect): DataSource | 'kept' | undefined {
    const existing = this.catalog.source(statement.name.name);
    if (existing === undefined) return undefined;
    if (statement.ifNotExists) return 'kept';
    if (statement.orReplace) return existing;
    throw new WeirError('SOURCE_EXISTS', `There is a ${kindWord(existing.kind)} ${existing.name} already.`, {
      span: statement.name.span,
      hint: `Use CREATE OR REPLACE, or DROP ${existing.kind} ${existing.name}; first.`,
      details: { name: existing.name },
    });
  }
}

/** What IF NOT EXISTS comes to where there is one. */
function kept({ sourceKind, name }: CreateSource | CreateAsSelect): Command {
  return { ...NOTHING, message: `${capital(kindWord(sourceKind))} ${name.name} exists already` };
}

/** A query that runs on has no end. */
function refuseLimit(query: Query, statement: string): void {
  if (query.limit === undefined) return;
  throw new WeirError('INVALID_LIMIT', `${statement} takes no LIMIT: it runs on.`, {
    span: query.span,
    hint: 'Leave LIMIT out, or SELECT with it without keeping the result.',
    details: { statement },
  });
}
