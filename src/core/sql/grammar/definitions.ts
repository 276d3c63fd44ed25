/** The grammar of what makes, fills, changes and drops sources, types and connectors; and the parts of statements. */
import type { IToken } from 'chevrotain';
import { WeirError } from '../../common/errors.ts';
import { NO_SPAN, type Span } from '../../common/position.ts';
import { quoteName } from '../../common/sql-type.ts';
import type {
  ColumnConstraint,
  ColumnDefinition,
  Expression,
  Property,
  SourceKind,
  Statement,
  TypeName,
} from '../ast.ts';
import * as T from '../tokens.ts';
import { K, isName, isQuoted, unquote } from '../tokens.ts';
import type { Rule } from './literals.ts';
import { MISSING_QUERY, QueryGrammar } from './queries.ts';

/** How a rule of a statement recovers. */
export const orNoStatement = { recoveryValueFunc: (): Statement => MISSING_QUERY };

export abstract class DefinitionGrammar extends QueryGrammar {
  // -------------------------------------------------------------------------------------------------- parts

  protected readonly ifNotExists: Rule<boolean> = this.RULE('ifNotExists', (): boolean => {
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

  protected readonly ifExists: Rule<boolean> = this.RULE('ifExists', (): boolean => {
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

  protected readonly sourceKind: Rule<SourceKind> = this.RULE(
    'sourceKind',
    (): SourceKind =>
      this.OR<SourceKind>([
        { ALT: () => (this.CONSUME(K.STREAM), 'STREAM') },
        { ALT: () => (this.CONSUME(K.TABLE), 'TABLE') },
      ]),
    { recoveryValueFunc: () => 'STREAM' as const },
  );

  /** A text in quotes that is a name or value of a property. */
  protected readonly positioned: Rule<{ readonly text: string; readonly span: Span }> = this.RULE(
    'positioned',
    () => {
      const start = this.LA(1);
      return { text: this.SUBRULE(this.quoted), span: this.spanFrom(start) };
    },
    { recoveryValueFunc: () => ({ text: '', span: NO_SPAN }) },
  );

  /** The value of a text in quotes. */
  protected readonly quoted: Rule<string> = this.RULE(
    'quoted',
    (): string => unquote(this.CONSUME(T.StringToken).image),
    { recoveryValueFunc: () => '' },
  );

  /** A topic or subject: a name that keeps its case, or a text. */
  protected readonly externalName: Rule<{ readonly name: string; readonly token: IToken }> = this.RULE(
    'externalName',
    () => {
      const token = this.OR([{ ALT: () => this.CONSUME(T.AnyName) }, { ALT: () => this.CONSUME(T.StringToken) }]);
      return this.ACTION(() => {
        this.nameOffsets.add(token.startOffset);
        const bare = token.tokenType !== T.StringToken && !isQuoted(token);
        return { name: bare ? token.image : unquote(token.image), token };
      });
    },
    { recoveryValueFunc: () => ({ name: '', token: this.LA(0) }) },
  );

  protected readonly withClause: Rule<readonly Property[]> = this.RULE(
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
        { ALT: () => this.fold(this.CONSUME(T.AnyName)) },
        { ALT: () => unquote(this.CONSUME(T.StringToken).image) },
      ]);
      const nameSpan = this.spanFrom(start);
      this.CONSUME(T.Equal);
      const value = this.SUBRULE(this.literal);
      return { name, nameSpan, value, span: this.spanFrom(start) };
    },
    {
      recoveryValueFunc: () => ({
        name: '',
        nameSpan: NO_SPAN,
        value: { kind: 'null', span: NO_SPAN } as const,
        span: NO_SPAN,
      }),
    },
  );

  protected readonly columns = this.RULE(
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

  protected readonly values: Rule<readonly Expression[]> = this.RULE(
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

  protected readonly create: Rule<Statement> = this.RULE(
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
    orNoStatement,
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
    orNoStatement,
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
    orNoStatement,
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
    orNoStatement,
  );

  // -------------------------------------------------------------------------------------------------- INSERT, DROP, ALTER

  protected readonly insert: Rule<Statement> = this.RULE(
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
    orNoStatement,
  );

  protected readonly drop: Rule<Statement> = this.RULE(
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
    orNoStatement,
  );

  protected readonly alter: Rule<Statement> = this.RULE(
    'alter',
    (): Statement => {
      const start = this.LA(1);
      this.CONSUME(K.ALTER);
      return this.OR<Statement>([
        {
          ALT: () => {
            this.CONSUME(K.SYSTEM);
            const { text: name, span: nameSpan } = this.SUBRULE(this.positioned);
            this.CONSUME(T.Equal);
            const { text: value, span: valueSpan } = this.SUBRULE2(this.positioned);
            return { kind: 'alterSystem', name, nameSpan, value, valueSpan, span: this.spanFrom(start) };
          },
        },
        {
          ALT: () => {
            const add: { name: string; nameSpan: Span; type: TypeName }[] = [];
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
                this.ACTION(() => add.push({ name: column.name, nameSpan: column.span, type }));
              },
            });
            return { kind: 'alterSource', sourceKind, name, add, span: this.spanFrom(start) };
          },
        },
      ]);
    },
    orNoStatement,
  );
}
