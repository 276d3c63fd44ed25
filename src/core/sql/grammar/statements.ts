/** The grammar of statements. One parser parses one statement at a time: a script is cut at its semicolons first. */
import { EOF, type IToken } from 'chevrotain';
import { WeirError } from '../../common/errors.ts';
import { NO_SPAN, type Span } from '../../common/position.ts';
import { quoteName } from '../../common/sql-type.ts';
import type {
  AssertSchema,
  ColumnConstraint,
  ColumnDefinition,
  Expression,
  Identifier,
  Property,
  QueryControl,
  ShowSubject,
  SourceKind,
  Statement,
  TypeName,
} from '../ast.ts';
import * as T from '../tokens.ts';
import { K, VOCABULARY, isName, isQuoted, nameOf, spanOf, unquote } from '../tokens.ts';
import type { Rule } from './expressions.ts';
import { MISSING_QUERY, QueryGrammar } from './queries.ts';

const orMissing = { recoveryValueFunc: (): Statement => MISSING_QUERY };

export class StatementGrammar extends QueryGrammar {
  /** `validate` checks the grammar itself for ambiguities; a test does that once, start-up need not. */
  constructor(options: { readonly validate: boolean } = { validate: false }) {
    super(VOCABULARY, {
      recoveryEnabled: true,
      maxLookahead: 3,
      skipValidations: !options.validate,
    });
    this.performSelfAnalysis();
  }

  /** Whether `RUN SCRIPT` and the assertions on rows and sources are statements: they belong to test scripts. */
  allowsTestStatements = false;

  readonly statement: Rule<Statement> = this.RULE(
    'statement',
    (): Statement =>
      this.OR<Statement>([
        { ALT: () => this.SUBRULE(this.query) },
        { ALT: () => this.SUBRULE(this.create) },
        { ALT: () => this.SUBRULE(this.insert) },
        { ALT: () => this.SUBRULE(this.drop) },
        { ALT: () => this.SUBRULE(this.alter) },
        { ALT: () => this.SUBRULE(this.show) },
        { ALT: () => this.SUBRULE(this.describe) },
        { ALT: () => this.SUBRULE(this.explain) },
        { ALT: () => this.SUBRULE(this.print) },
        { ALT: () => this.SUBRULE(this.queryControl) },
        { ALT: () => this.SUBRULE(this.setting) },
        { ALT: () => this.SUBRULE(this.assertion) },
        { GATE: () => this.allowsTestStatements, ALT: () => this.SUBRULE(this.runScript) },
      ]),
    orMissing,
  );

  // -------------------------------------------------------------------------------------------------- parts

  private readonly ifNotExists: Rule<boolean> = this.RULE('ifNotExists', (): boolean => {
    let present = false;
    this.OPTION({
      GATE: () => this.LA(2).tokenType === K.NOT,
      DEF: () => {
        this.CONSUME(K.IF);
        this.CONSUME(K.NOT);
        this.CONSUME(K.EXISTS);
        present = true;
      },
    });
    return present;
  });

  private readonly ifExists: Rule<boolean> = this.RULE('ifExists', (): boolean => {
    let present = false;
    this.OPTION({
      GATE: () => this.LA(2).tokenType === K.EXISTS,
      DEF: () => {
        this.CONSUME(K.IF);
        this.CONSUME(K.EXISTS);
        present = true;
      },
    });
    return present;
  });

  private readonly sourceKind: Rule<SourceKind> = this.RULE(
    'sourceKind',
    (): SourceKind =>
      this.OR<SourceKind>([
        { ALT: () => (this.CONSUME(K.STREAM), 'STREAM') },
        { ALT: () => (this.CONSUME(K.TABLE), 'TABLE') },
      ]),
    { recoveryValueFunc: () => 'STREAM' as const },
  );

  /** The value of a text in quotes. */
  private readonly quoted: Rule<string> = this.RULE(
    'quoted',
    (): string => unquote(this.CONSUME(T.StringToken).image),
    { recoveryValueFunc: () => '' },
  );

  /** A topic or subject: a name that keeps its case, or a text. */
  private readonly externalName: Rule<{ readonly name: string; readonly token: IToken }> = this.RULE(
    'externalName',
    () => {
      const token = this.OR([{ ALT: () => this.CONSUME(T.AnyName) }, { ALT: () => this.CONSUME(T.StringToken) }]);
      return this.ACTION(() => {
        const bare = token.tokenType !== T.StringToken && !isQuoted(token);
        return { name: bare ? token.image : unquote(token.image), token };
      });
    },
    { recoveryValueFunc: () => ({ name: '', token: this.LA(0) }) },
  );

  private readonly withClause: Rule<readonly Property[]> = this.RULE(
    'withClause',
    (): readonly Property[] => {
      const properties: Property[] = [];
      this.CONSUME(K.WITH);
      this.CONSUME(T.LeftParen);
      this.AT_LEAST_ONE_SEP({ SEP: T.Comma, DEF: () => properties.push(this.SUBRULE(this.property)) });
      this.CONSUME(T.RightParen);
      return properties;
    },
    { recoveryValueFunc: () => [] },
  );

  private readonly property: Rule<Property> = this.RULE(
    'property',
    (): Property => {
      const start = this.LA(1);
      const name = this.OR([
        { ALT: () => nameOf(this.CONSUME(T.AnyName)) },
        { ALT: () => unquote(this.CONSUME(T.StringToken).image) },
      ]);
      this.CONSUME(T.Equal);
      const value = this.SUBRULE(this.literal);
      return { name, value, span: this.spanFrom(start) };
    },
    { recoveryValueFunc: () => ({ name: '', value: { kind: 'null', span: NO_SPAN } as const, span: NO_SPAN }) },
  );

  private readonly columns = this.RULE(
    'columns',
    (of: SourceKind): readonly ColumnDefinition[] => {
      const columns: ColumnDefinition[] = [];
      this.CONSUME(T.LeftParen);
      this.AT_LEAST_ONE_SEP({
        SEP: T.Comma,
        DEF: () => columns.push(this.SUBRULE(this.columnDefinition, { ARGS: [of] })),
      });
      this.CONSUME(T.RightParen);
      return columns;
    },
    { recoveryValueFunc: () => [] },
  );

  /** Column definitions alone: the text form of a schema. */
  readonly schema: Rule<readonly ColumnDefinition[]> = this.RULE(
    'schema',
    (): readonly ColumnDefinition[] => {
      const columns: ColumnDefinition[] = [];
      this.MANY_SEP({
        SEP: T.Comma,
        DEF: () => columns.push(this.SUBRULE(this.columnDefinition, { ARGS: [undefined] })),
      });
      return columns;
    },
    { recoveryValueFunc: () => [] },
  );

  private readonly columnDefinition = this.RULE(
    'columnDefinition',
    (of: SourceKind | undefined): ColumnDefinition => {
      const start = this.LA(1);
      const name = this.SUBRULE(this.identifier);
      const type = this.SUBRULE(this.type);
      const constraintStart = this.LA(1);
      const constraint = this.OPTION(() => this.SUBRULE(this.columnConstraint));
      this.ACTION(() => this.checkKeyWord(of, name.name, constraint, this.spanFrom(constraintStart)));
      return this.ACTION(() => ({
        name: name.name,
        nameSpan: name.span,
        type,
        constraint,
        span: this.spanFrom(start),
      }));
    },
    {
      recoveryValueFunc: (): ColumnDefinition => ({
        name: '',
        nameSpan: NO_SPAN,
        type: { kind: 'named', name: 'STRING', parameters: [], span: NO_SPAN },
        constraint: undefined,
        span: NO_SPAN,
      }),
    },
  );

  /** A stream has a KEY, a table a PRIMARY KEY. */
  private checkKeyWord(
    of: SourceKind | undefined,
    name: string,
    constraint: ColumnConstraint | undefined,
    span: Span,
  ): void {
    const wrong = of === 'STREAM' ? 'PRIMARY KEY' : 'KEY';
    if (of === undefined || constraint?.kind !== wrong) return;
    const right = of === 'STREAM' ? 'KEY' : 'PRIMARY KEY';
    this.report(
      new WeirError('SYNTAX', `The column ${quoteName(name)} is declared ${wrong}: the key of a ${of} is a ${right}.`, {
        span,
        hint: `Write ${right}.${of === 'STREAM' ? ' A stream may have many rows with one key.' : ' A table has one row for each key.'}`,
        rewrite: { title: `Change to ${right}`, span, text: right },
        details: { column: name },
      }),
    );
  }

  private readonly columnConstraint: Rule<ColumnConstraint> = this.RULE(
    'columnConstraint',
    (): ColumnConstraint =>
      this.OR<ColumnConstraint>([
        { ALT: () => (this.CONSUME(K.KEY), { kind: 'KEY' }) },
        { ALT: () => (this.CONSUME(K.PRIMARY), this.CONSUME2(K.KEY), { kind: 'PRIMARY KEY' }) },
        { ALT: () => (this.CONSUME(K.HEADERS), { kind: 'HEADERS' }) },
        {
          ALT: () => {
            this.CONSUME(K.HEADER);
            this.CONSUME(T.LeftParen);
            const key = this.SUBRULE(this.quoted);
            this.CONSUME(T.RightParen);
            return { kind: 'HEADER', key };
          },
        },
      ]),
    { recoveryValueFunc: () => ({ kind: 'KEY' }) as const },
  );

  private readonly values: Rule<readonly Expression[]> = this.RULE(
    'values',
    (): readonly Expression[] => {
      const values: Expression[] = [];
      this.CONSUME(T.LeftParen);
      this.MANY_SEP({ SEP: T.Comma, DEF: () => values.push(this.SUBRULE(this.value)) });
      this.CONSUME(T.RightParen);
      return values;
    },
    { recoveryValueFunc: () => [] },
  );

  // -------------------------------------------------------------------------------------------------- CREATE

  private readonly create: Rule<Statement> = this.RULE(
    'create',
    (): Statement => {
      const start = this.LA(1);
      this.CONSUME(K.CREATE);
      return this.OR<Statement>([
        { ALT: () => this.SUBRULE(this.createSource, { ARGS: [start] }) },
        { ALT: () => this.SUBRULE(this.createType, { ARGS: [start] }) },
        { ALT: () => this.SUBRULE(this.createConnector, { ARGS: [start] }) },
      ]);
    },
    orMissing,
  );

  private readonly createSource = this.RULE(
    'createSource',
    (start: IToken): Statement => {
      const orReplace = this.OPTION(() => (this.CONSUME(K.OR), this.CONSUME(K.REPLACE))) !== undefined;
      const isSource = this.OPTION2(() => this.CONSUME(K.SOURCE)) !== undefined;
      const sourceKind = this.SUBRULE(this.sourceKind);
      const ifNotExists = this.SUBRULE(this.ifNotExists);
      const name = this.SUBRULE(this.identifier);
      const columns = this.OPTION3(() => this.SUBRULE(this.columns, { ARGS: [sourceKind] }));
      const properties = this.OPTION4(() => this.SUBRULE(this.withClause)) ?? [];
      const query = this.OPTION5({
        GATE: () => columns === undefined && !isSource,
        DEF: () => (this.CONSUME(K.AS), this.SUBRULE(this.query)),
      });
      const span = this.spanFrom(start);
      if (query !== undefined) {
        return { kind: 'createAsSelect', sourceKind, name, orReplace, ifNotExists, properties, query, span };
      }
      return {
        kind: 'createSource',
        sourceKind,
        name,
        orReplace,
        ifNotExists,
        isSource,
        columns: columns ?? [],
        properties,
        span,
      };
    },
    orMissing,
  );

  private readonly createType = this.RULE(
    'createType',
    (start: IToken): Statement => {
      this.CONSUME(K.TYPE);
      const ifNotExists = this.SUBRULE(this.ifNotExists);
      const name = this.SUBRULE(this.identifier);
      this.CONSUME(K.AS);
      const type = this.SUBRULE(this.type);
      return { kind: 'createType', name, ifNotExists, type, span: this.spanFrom(start) };
    },
    orMissing,
  );

  private readonly createConnector = this.RULE(
    'createConnector',
    (start: IToken): Statement => {
      const connectorKind = this.OR<'SOURCE' | 'SINK'>([
        { ALT: () => (this.CONSUME(K.SOURCE), 'SOURCE') },
        { ALT: () => (this.CONSUME(K.SINK), 'SINK') },
      ]);
      this.CONSUME(K.CONNECTOR);
      const ifNotExists = this.SUBRULE(this.ifNotExists);
      const name = this.SUBRULE(this.identifier);
      const properties = this.SUBRULE(this.withClause);
      return { kind: 'createConnector', connectorKind, name, ifNotExists, properties, span: this.spanFrom(start) };
    },
    orMissing,
  );

  // -------------------------------------------------------------------------------------------------- INSERT, DROP, ALTER

  private readonly insert: Rule<Statement> = this.RULE(
    'insert',
    (): Statement => {
      const start = this.LA(1);
      this.CONSUME(K.INSERT);
      this.CONSUME(K.INTO);
      const target = this.SUBRULE(this.identifier);
      return this.OR<Statement>([
        {
          ALT: () => {
            const columns = this.OPTION(() => this.SUBRULE(this.identifierList)) ?? [];
            this.CONSUME(K.VALUES);
            const values = this.SUBRULE(this.values);
            return { kind: 'insertValues', target, columns, values, span: this.spanFrom(start) };
          },
        },
        {
          ALT: () => {
            const properties = this.OPTION2(() => this.SUBRULE(this.withClause)) ?? [];
            const query = this.SUBRULE(this.query);
            return { kind: 'insertSelect', target, properties, query, span: this.spanFrom(start) };
          },
        },
      ]);
    },
    orMissing,
  );

  private readonly drop: Rule<Statement> = this.RULE(
    'drop',
    (): Statement => {
      const start = this.LA(1);
      this.CONSUME(K.DROP);
      return this.OR<Statement>([
        {
          ALT: () => {
            const sourceKind = this.SUBRULE(this.sourceKind);
            const ifExists = this.SUBRULE(this.ifExists);
            const name = this.SUBRULE(this.identifier);
            const deleteTopic = this.OPTION(() => (this.CONSUME(K.DELETE), this.CONSUME(K.TOPIC))) !== undefined;
            return { kind: 'dropSource', sourceKind, name, ifExists, deleteTopic, span: this.spanFrom(start) };
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.TYPE);
            const ifExists = this.SUBRULE2(this.ifExists);
            const name = this.SUBRULE2(this.identifier);
            return { kind: 'dropType', name, ifExists, span: this.spanFrom(start) };
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.CONNECTOR);
            const ifExists = this.SUBRULE3(this.ifExists);
            const name = this.SUBRULE3(this.identifier);
            return { kind: 'dropConnector', name, ifExists, span: this.spanFrom(start) };
          },
        },
      ]);
    },
    orMissing,
  );

  private readonly alter: Rule<Statement> = this.RULE(
    'alter',
    (): Statement => {
      const start = this.LA(1);
      this.CONSUME(K.ALTER);
      return this.OR<Statement>([
        {
          ALT: () => {
            this.CONSUME(K.SYSTEM);
            const name = this.SUBRULE(this.quoted);
            this.CONSUME(T.Equal);
            const value = this.SUBRULE2(this.quoted);
            return { kind: 'alterSystem', name, value, span: this.spanFrom(start) };
          },
        },
        {
          ALT: () => {
            const add: { name: string; type: TypeName }[] = [];
            const sourceKind = this.SUBRULE(this.sourceKind);
            const name = this.SUBRULE(this.identifier);
            this.AT_LEAST_ONE_SEP({
              SEP: T.Comma,
              DEF: () => {
                this.CONSUME(K.ADD);
                this.OPTION({
                  // `ADD COLUMN INT` adds a column named COLUMN.
                  GATE: () => isName(this.LA(3)) || this.LA(3).tokenType === K.DECIMAL,
                  DEF: () => this.CONSUME(K.COLUMN),
                });
                const column = this.SUBRULE2(this.identifier);
                const type = this.SUBRULE(this.type);
                this.ACTION(() => add.push({ name: column.name, type }));
              },
            });
            return { kind: 'alterSource', sourceKind, name, add, span: this.spanFrom(start) };
          },
        },
      ]);
    },
    orMissing,
  );

  // -------------------------------------------------------------------------------------------------- looking

  private readonly show: Rule<Statement> = this.RULE(
    'show',
    (): Statement => {
      const start = this.LA(1);
      this.OR([{ ALT: () => this.CONSUME(K.SHOW) }, { ALT: () => this.CONSUME(K.LIST) }]);
      const subject = this.OR2<ShowSubject>([
        {
          ALT: () => {
            const all = this.OPTION(() => this.CONSUME(K.ALL)) !== undefined;
            this.CONSUME(K.TOPICS);
            return all ? 'ALL TOPICS' : 'TOPICS';
          },
        },
        { ALT: () => (this.CONSUME(K.STREAMS), 'STREAMS') },
        { ALT: () => (this.CONSUME(K.TABLES), 'TABLES') },
        { ALT: () => (this.CONSUME(K.QUERIES), 'QUERIES') },
        { ALT: () => (this.CONSUME(K.FUNCTIONS), 'FUNCTIONS') },
        { ALT: () => (this.CONSUME(K.PROPERTIES), 'PROPERTIES') },
        { ALT: () => (this.CONSUME(K.TYPES), 'TYPES') },
        { ALT: () => (this.CONSUME(K.VARIABLES), 'VARIABLES') },
        { ALT: () => (this.CONSUME(K.CONNECTORS), 'CONNECTORS') },
        { ALT: () => (this.CONSUME(K.SOURCE), this.CONSUME2(K.CONNECTORS), 'SOURCE CONNECTORS') },
        { ALT: () => (this.CONSUME(K.SINK), this.CONSUME3(K.CONNECTORS), 'SINK CONNECTORS') },
        { ALT: () => (this.CONSUME(K.CONNECTOR), this.CONSUME(K.PLUGINS), 'CONNECTOR PLUGINS') },
      ]);
      const extendable = ['TOPICS', 'ALL TOPICS', 'STREAMS', 'TABLES', 'QUERIES'].includes(subject);
      const extended = this.OPTION2({ GATE: () => extendable, DEF: () => this.CONSUME(K.EXTENDED) }) !== undefined;
      return { kind: 'show', subject, extended, span: this.spanFrom(start) };
    },
    orMissing,
  );

  private readonly describe: Rule<Statement> = this.RULE(
    'describe',
    (): Statement => {
      const start = this.LA(1);
      this.CONSUME(K.DESCRIBE);
      const followed = isName(this.LA(2));
      return this.OR<Statement>({
        DEF: [
          {
            ALT: () => {
              const sourceKind = this.OR2<SourceKind>([
                { ALT: () => (this.CONSUME(K.STREAMS), 'STREAM') },
                { ALT: () => (this.CONSUME(K.TABLES), 'TABLE') },
              ]);
              const extended = this.OPTION(() => this.CONSUME(K.EXTENDED)) !== undefined;
              return { kind: 'describeAll', sourceKind, extended, span: this.spanFrom(start) };
            },
          },
          {
            GATE: () => followed,
            ALT: () => {
              this.CONSUME(K.FUNCTION);
              const name = this.SUBRULE(this.identifier);
              return { kind: 'describeFunction', name, span: this.spanFrom(start) };
            },
          },
          {
            ALT: () => {
              this.CONSUME(K.CONNECTOR);
              const name = this.SUBRULE2(this.identifier);
              return { kind: 'describeConnector', name, span: this.spanFrom(start) };
            },
          },
          {
            ALT: () => {
              const name = this.SUBRULE3(this.identifier);
              const extended = this.OPTION2(() => this.CONSUME2(K.EXTENDED)) !== undefined;
              return { kind: 'describe', name, extended, span: this.spanFrom(start) };
            },
          },
        ],
        IGNORE_AMBIGUITIES: true,
        MAX_LOOKAHEAD: 1,
      });
    },
    orMissing,
  );

  private readonly explain: Rule<Statement> = this.RULE(
    'explain',
    (): Statement => {
      const start = this.LA(1);
      this.CONSUME(K.EXPLAIN);
      const isId = isName(this.LA(1)) && this.LA(2).tokenType === EOF;
      const target = this.OR<Identifier | Statement>({
        DEF: [
          { GATE: () => isId, ALT: () => this.SUBRULE(this.identifier) },
          { ALT: () => this.SUBRULE(this.statement) },
        ],
        IGNORE_AMBIGUITIES: true,
        MAX_LOOKAHEAD: 1,
      });
      return { kind: 'explain', target, span: this.spanFrom(start) };
    },
    orMissing,
  );

  private readonly print: Rule<Statement> = this.RULE(
    'print',
    (): Statement => {
      const start = this.LA(1);
      this.CONSUME(K.PRINT);
      const topic = this.SUBRULE(this.externalName);
      const fromBeginning = this.OPTION(() => (this.CONSUME(K.FROM), this.CONSUME(K.BEGINNING))) !== undefined;
      const interval = this.OPTION2(() => {
        this.OR([{ ALT: () => this.CONSUME(K.INTERVAL) }, { ALT: () => this.CONSUME(K.SAMPLE) }]);
        return this.SUBRULE(this.count);
      });
      const limit = this.OPTION3(() => this.SUBRULE(this.limit));
      return this.ACTION((): Statement => ({
        kind: 'print',
        topic: topic.name,
        topicSpan: spanOf(topic.token),
        fromBeginning,
        interval,
        limit,
        span: this.spanFrom(start),
      }));
    },
    orMissing,
  );

  // -------------------------------------------------------------------------------------------------- steering

  private readonly queryControl: Rule<Statement> = this.RULE(
    'queryControl',
    (): Statement => {
      const start = this.LA(1);
      const action = this.OR<QueryControl['action']>([
        { ALT: () => (this.CONSUME(K.TERMINATE), 'TERMINATE') },
        { ALT: () => (this.CONSUME(K.PAUSE), 'PAUSE') },
        { ALT: () => (this.CONSUME(K.RESUME), 'RESUME') },
      ]);
      const query = this.OR2<Identifier | undefined>([
        { ALT: () => (this.CONSUME(K.ALL), undefined) },
        { ALT: () => this.SUBRULE(this.identifier) },
      ]);
      return { kind: 'queryControl', action, query, span: this.spanFrom(start) };
    },
    orMissing,
  );

  /** SET, UNSET, DEFINE, UNDEFINE */
  private readonly setting: Rule<Statement> = this.RULE(
    'setting',
    (): Statement => {
      const start = this.LA(1);
      return this.OR<Statement>([
        {
          ALT: () => {
            this.CONSUME(K.SET);
            const name = this.SUBRULE(this.quoted);
            this.CONSUME(T.Equal);
            const value = this.SUBRULE2(this.quoted);
            return { kind: 'set', name, value, span: this.spanFrom(start) };
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.UNSET);
            return { kind: 'unset', name: this.SUBRULE3(this.quoted), span: this.spanFrom(start) };
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.DEFINE);
            const name = this.CONSUME(T.AnyName).image.toLowerCase();
            this.CONSUME2(T.Equal);
            const value = this.SUBRULE4(this.quoted);
            return { kind: 'define', name, value, span: this.spanFrom(start) };
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.UNDEFINE);
            const name = this.CONSUME2(T.AnyName).image.toLowerCase();
            return { kind: 'undefine', name, span: this.spanFrom(start) };
          },
        },
      ]);
    },
    orMissing,
  );

  private readonly runScript: Rule<Statement> = this.RULE(
    'runScript',
    (): Statement => {
      const start = this.LA(1);
      this.CONSUME(K.RUN);
      this.CONSUME(K.SCRIPT);
      const path = this.SUBRULE(this.quoted);
      return { kind: 'runScript', path, span: this.spanFrom(start) };
    },
    orMissing,
  );

  // -------------------------------------------------------------------------------------------------- ASSERT

  private readonly assertion: Rule<Statement> = this.RULE(
    'assertion',
    (): Statement => {
      const start = this.LA(1);
      this.CONSUME(K.ASSERT);
      return this.OR<Statement>([
        {
          ALT: () => {
            const exists = this.OPTION(() => (this.CONSUME(K.NOT), this.CONSUME(K.EXISTS))) === undefined;
            return this.OR2<Statement>([
              { ALT: () => this.SUBRULE(this.assertTopic, { ARGS: [start, exists] }) },
              { ALT: () => this.SUBRULE(this.assertSchema, { ARGS: [start, exists] }) },
            ]);
          },
        },
        {
          GATE: () => this.allowsTestStatements,
          ALT: () => {
            const sourceKind = this.SUBRULE(this.sourceKind);
            const name = this.SUBRULE(this.identifier);
            const columns = this.OPTION2(() => this.SUBRULE(this.columns, { ARGS: [sourceKind] })) ?? [];
            const properties = this.OPTION3(() => this.SUBRULE(this.withClause)) ?? [];
            return { kind: 'assertSource', sourceKind, name, columns, properties, span: this.spanFrom(start) };
          },
        },
        {
          GATE: () => this.allowsTestStatements,
          ALT: () => {
            this.CONSUME(K.VALUES);
            const target = this.SUBRULE2(this.identifier);
            const columns = this.OPTION4(() => this.SUBRULE(this.identifierList)) ?? [];
            this.CONSUME2(K.VALUES);
            const values = this.SUBRULE(this.values);
            return { kind: 'assertValues', target, tombstone: false, columns, values, span: this.spanFrom(start) };
          },
        },
        {
          GATE: () => this.allowsTestStatements,
          ALT: () => {
            this.CONSUME(K.NULL);
            this.CONSUME3(K.VALUES);
            const target = this.SUBRULE3(this.identifier);
            const columns = this.OPTION5(() => this.SUBRULE2(this.identifierList)) ?? [];
            this.CONSUME(K.KEY);
            const values = this.SUBRULE2(this.values);
            return { kind: 'assertValues', target, tombstone: true, columns, values, span: this.spanFrom(start) };
          },
        },
      ]);
    },
    orMissing,
  );

  private readonly assertTopic = this.RULE(
    'assertTopic',
    (start: IToken, exists: boolean): Statement => {
      this.CONSUME(K.TOPIC);
      const topic = this.SUBRULE(this.externalName);
      const properties = this.OPTION(() => this.SUBRULE(this.withClause)) ?? [];
      const timeout = this.OPTION2(() => (this.CONSUME(K.TIMEOUT), this.SUBRULE(this.duration)));
      return this.ACTION((): Statement => {
        return { kind: 'assertTopic', exists, topic: topic.name, properties, timeout, span: this.spanFrom(start) };
      });
    },
    orMissing,
  );

  private readonly assertSchema = this.RULE(
    'assertSchema',
    (start: IToken, exists: boolean): Statement => {
      this.CONSUME(K.SCHEMA);
      const subject = this.OPTION(() => (this.CONSUME(K.SUBJECT), this.SUBRULE(this.externalName)));
      const id = this.OPTION2(() => (this.CONSUME(K.ID), this.SUBRULE(this.count)));
      const timeout = this.OPTION3(() => (this.CONSUME(K.TIMEOUT), this.SUBRULE(this.duration)));
      const result: AssertSchema = {
        kind: 'assertSchema',
        exists,
        subject: subject?.name,
        id,
        timeout,
        span: this.spanFrom(start),
      };
      return result;
    },
    orMissing,
  );
}
