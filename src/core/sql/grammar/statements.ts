/** The grammar of statements. One parser parses one statement at a time: a script is cut at its semicolons first. */
import { EOF, type IToken } from 'chevrotain';
import type { AssertSchema, Duration, Identifier, QueryControl, ShowSubject, SourceKind, Statement } from '../ast.ts';
import * as T from '../tokens.ts';
import { K, VOCABULARY, isName, spanOf } from '../tokens.ts';
import { DefinitionGrammar, orNoStatement } from './definitions.ts';
import type { Rule } from './literals.ts';
import { MISSING_DURATION } from './queries.ts';

export class StatementGrammar extends DefinitionGrammar {
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
    orNoStatement,
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
    orNoStatement,
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
    orNoStatement,
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
    orNoStatement,
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
    orNoStatement,
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
    orNoStatement,
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
            const { text: name, span: nameSpan } = this.SUBRULE(this.positioned);
            this.CONSUME(T.Equal);
            const { text: value, span: valueSpan } = this.SUBRULE2(this.positioned);
            return { kind: 'set', name, nameSpan, value, valueSpan, span: this.spanFrom(start) };
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.UNSET);
            const { text: name, span: nameSpan } = this.SUBRULE3(this.positioned);
            return { kind: 'unset', name, nameSpan, span: this.spanFrom(start) };
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
    orNoStatement,
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
    orNoStatement,
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
              {
                GATE: () => this.allowsTestStatements,
                ALT: () => this.SUBRULE(this.assertSource, { ARGS: [start, exists] }),
              },
            ]);
          },
        },
        {
          GATE: () => this.allowsTestStatements,
          ALT: () => {
            this.CONSUME(K.VALUES);
            const target = this.SUBRULE2(this.identifier);
            const columns = this.OPTION2(() => this.SUBRULE(this.identifierList)) ?? [];
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
            const columns = this.OPTION3(() => this.SUBRULE2(this.identifierList)) ?? [];
            this.CONSUME(K.KEY);
            const values = this.SUBRULE2(this.values);
            return { kind: 'assertValues', target, tombstone: true, columns, values, span: this.spanFrom(start) };
          },
        },
      ]);
    },
    orNoStatement,
  );

  private readonly assertSource = this.RULE(
    'assertSource',
    (start: IToken, exists: boolean): Statement => {
      const sourceKind = this.SUBRULE(this.sourceKind);
      const name = this.SUBRULE(this.identifier);
      const columns = this.OPTION(() => this.SUBRULE(this.columns, { ARGS: [sourceKind] })) ?? [];
      const properties = this.OPTION2(() => this.SUBRULE(this.withClause)) ?? [];
      const timeout = this.OPTION3(() => this.SUBRULE(this.timeout));
      const span = this.spanFrom(start);
      return { kind: 'assertSource', sourceKind, exists, name, columns, properties, timeout, span };
    },
    orNoStatement,
  );

  private readonly timeout = this.RULE(
    'timeout',
    (): Duration => {
      this.CONSUME(K.TIMEOUT);
      return this.SUBRULE(this.duration);
    },
    { recoveryValueFunc: () => MISSING_DURATION },
  );

  private readonly assertTopic = this.RULE(
    'assertTopic',
    (start: IToken, exists: boolean): Statement => {
      this.CONSUME(K.TOPIC);
      const topic = this.SUBRULE(this.externalName);
      const properties = this.OPTION(() => this.SUBRULE(this.withClause)) ?? [];
      const timeout = this.OPTION2(() => this.SUBRULE(this.timeout));
      return this.ACTION((): Statement => {
        return { kind: 'assertTopic', exists, topic: topic.name, properties, timeout, span: this.spanFrom(start) };
      });
    },
    orNoStatement,
  );

  private readonly assertSchema = this.RULE(
    'assertSchema',
    (start: IToken, exists: boolean): Statement => {
      this.CONSUME(K.SCHEMA);
      const subject = this.OPTION(() => (this.CONSUME(K.SUBJECT), this.SUBRULE(this.externalName)));
      const id = this.OPTION2(() => (this.CONSUME(K.ID), this.SUBRULE(this.count)));
      const timeout = this.OPTION3(() => this.SUBRULE(this.timeout));
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
    orNoStatement,
  );
}
