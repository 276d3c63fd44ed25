/**
 * Signatures as text, so that a function is one small declaration:
 *
 *     export const stringFunctions: readonly SqlFunction[] = [
 *       scalar('UCASE', 'STRING', 'Makes a text upper case.', [example("UCASE('abc')", 'ABC')], [
 *         strict('str STRING -> STRING', (str: string) => str.toUpperCase()),
 *       ]),
 *     ];
 *
 * Grammar of a signature: `[name] Type [, [name] Type]* -> Type`, where
 *
 *     Type   = BOOLEAN | INT | BIGINT | DOUBLE | STRING | BYTES | DATE | TIME | TIMESTAMP
 *            | DECIMAL             of any precision and scale; as a result: see `bound`
 *            | DECIMAL(p, s)
 *            | T                   a single capital letter: a type variable
 *            | ARRAY<Type> | MAP<Type, Type> | STRUCT<A Type, B Type>
 *            | STRUCT              of any fields
 *            | (Type, Type) => Type   a lambda
 *            | UNIT                a bare time unit, such as DAYS
 *            | ANY
 *     a type followed by `...` is variadic: zero or more arguments, anywhere in the list, once
 *
 * An evaluator's arguments are those of the call, one by one; for a variadic parameter take rest parameters.
 * How values are held is the table in `common/sql-type.ts`.
 */
import { assert } from '../../common/errors.ts';
import {
  array,
  BIGINT,
  BOOLEAN,
  BYTES,
  DATE,
  decimal,
  DOUBLE,
  formatType,
  INTEGER,
  map,
  struct,
  TIME,
  TIMESTAMP,
  VARCHAR,
  type SqlType,
  type StructField,
} from '../../common/sql-type.ts';
import type {
  AggregateFunction,
  AggregateSignature,
  FunctionExample,
  Parameter,
  ScalarEvaluator,
  ScalarFunction,
  ScalarSignature,
  TableFunction,
  TypePattern,
} from './function.ts';

// ---------------------------------------------------------------------------------------------- functions

export const example = (sql: string, result: string): FunctionExample => ({ sql, result });

export function scalar(
  name: string,
  category: string,
  description: string,
  examples: readonly FunctionExample[],
  signatures: readonly ScalarSignature[],
): ScalarFunction {
  return { kind: 'scalar', name, category, description, examples, signatures };
}

/** A table function: its evaluator returns an array, and the signature's result is the type of one of its values. */
export function table(
  name: string,
  category: string,
  description: string,
  examples: readonly FunctionExample[],
  signatures: readonly ScalarSignature[],
): TableFunction {
  return { kind: 'table', name, category, description, examples, signatures };
}

export function aggregate(
  name: string,
  category: string,
  description: string,
  examples: readonly FunctionExample[],
  signatures: readonly AggregateSignature[],
): AggregateFunction {
  return { kind: 'aggregate', name, category, description, examples, signatures };
}

// --------------------------------------------------------------------------------------------- signatures

/** A signature whose evaluator is never called with a null: any null argument makes the result null. */
export function strict(text: string, evaluate: ScalarEvaluator): ScalarSignature {
  return { ...parseSignature(text), bind: () => evaluate, nullOnNull: true };
}

/** A signature whose evaluator sees nulls as they come. */
export function lenient(text: string, evaluate: ScalarEvaluator): ScalarSignature {
  return { ...parseSignature(text), bind: () => evaluate };
}

export interface BoundOptions {
  /** Where the text's result is not enough: DECIMALs whose precision follows from the arguments. */
  readonly returns?: (argTypes: readonly SqlType[]) => SqlType;
  readonly nullOnNull?: boolean;
  readonly checkLiterals?: ScalarSignature['checkLiterals'];
}

/** A signature whose evaluator is made per call site from the argument types, the configuration or the clock. */
export function bound(text: string, bind: ScalarSignature['bind'], options: BoundOptions = {}): ScalarSignature {
  const { params, returns } = parseSignature(text);
  return {
    params,
    returns: options.returns ?? returns,
    bind,
    nullOnNull: options.nullOnNull ?? false,
    checkLiterals: options.checkLiterals,
  };
}

/**
 * An aggregate's signature: `'T'`, or with init literals after a bar: `'value DOUBLE | k INT'`. There is no `->`: the
 * bound aggregate knows its types.
 */
export function over(text: string, bind: AggregateSignature['bind']): AggregateSignature {
  const [columns = '', init = ''] = text.split('|');
  return {
    params: new SignatureParser(columns).parameterList(),
    initParams: new SignatureParser(init).parameterList(),
    bind,
  };
}

export interface ParsedSignature {
  readonly params: readonly Parameter[];
  readonly returns: TypePattern;
}

/** @throws WeirError INTERNAL when the text is no signature: a bug in a function's declaration */
export function parseSignature(text: string): ParsedSignature {
  return new SignatureParser(text).signature();
}

/** A type or type pattern from its text: `ARRAY<T>`. */
export function parsePattern(text: string): TypePattern {
  return new SignatureParser(text).pattern();
}

/** The pattern as it is shown in errors and documentation: `ARRAY<T>`, `LAMBDA (T) => R`. */
export function formatPattern(pattern: TypePattern): string {
  switch (pattern.kind) {
    case 'type':
      return formatType(pattern.type);
    case 'decimal':
      return 'DECIMAL';
    case 'generic':
      return pattern.name;
    case 'array':
      return `ARRAY<${formatPattern(pattern.element)}>`;
    case 'map':
      return `MAP<${formatPattern(pattern.key)}, ${formatPattern(pattern.value)}>`;
    case 'anyStruct':
      return 'STRUCT';
    case 'lambda':
      return `(${pattern.params.map(formatPattern).join(', ')}) => ${formatPattern(pattern.result)}`;
    case 'intervalUnit':
      return 'UNIT';
    case 'any':
      return 'ANY';
  }
}

/** `ARRAY<T> list, T... values`; parameters without a name show their type alone. */
export function formatParameters(params: readonly Parameter[]): string {
  return params
    .map((p) => `${formatPattern(p.type)}${p.variadic === true ? '...' : ''}${p.name === '' ? '' : ` ${p.name}`}`)
    .join(', ');
}

// ------------------------------------------------------------------------------------------------- parser

const SIMPLE_TYPES: Readonly<Record<string, SqlType>> = {
  BOOLEAN,
  INT: INTEGER,
  INTEGER,
  BIGINT,
  DOUBLE,
  STRING: VARCHAR,
  VARCHAR,
  BYTES,
  DATE,
  TIME,
  TIMESTAMP,
};

const TOKEN = /\s*(\.\.\.|->|=>|[<>(),]|[A-Za-z_][A-Za-z0-9_]*|[0-9]+)/y;

class SignatureParser {
  private readonly tokens: string[] = [];
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
    TOKEN.lastIndex = 0;
    const end = text.trimEnd().length;
    while (TOKEN.lastIndex < end) {
      const match = TOKEN.exec(text);
      assert(match !== null, `signature '${text}' has an unknown token`);
      this.tokens.push(match[1] ?? '');
    }
  }

  signature(): ParsedSignature {
    const params = this.parameters();
    this.expect('->');
    const returns = this.pattern();
    assert(this.at === this.tokens.length, `signature '${this.text}' ends late`);
    assert(params.filter((p) => p.variadic === true).length <= 1, `signature '${this.text}' is variadic twice`);
    return { params, returns };
  }

  parameterList(): Parameter[] {
    const params = this.parameters();
    assert(this.at === this.tokens.length, `parameters '${this.text}' end late`);
    return params;
  }

  pattern(): TypePattern {
    if (this.accept('(')) return this.lambda();
    const name = this.next();
    switch (name) {
      case 'ARRAY': {
        this.expect('<');
        const element = this.pattern();
        this.expect('>');
        return element.kind === 'type' ? concrete(array(element.type)) : { kind: 'array', element };
      }
      case 'MAP': {
        this.expect('<');
        const key = this.pattern();
        this.expect(',');
        const value = this.pattern();
        this.expect('>');
        return key.kind === 'type' && value.kind === 'type'
          ? concrete(map(key.type, value.type))
          : { kind: 'map', key, value };
      }
      case 'STRUCT':
        return this.accept('<') ? concrete(struct(this.fields())) : { kind: 'anyStruct' };
      case 'DECIMAL': {
        if (!this.accept('(')) return { kind: 'decimal' };
        const precision = Number(this.next());
        this.expect(',');
        const scale = Number(this.next());
        this.expect(')');
        return concrete(decimal(precision, scale));
      }
      case 'UNIT':
        return { kind: 'intervalUnit' };
      case 'ANY':
        return { kind: 'any' };
      default: {
        const simple = SIMPLE_TYPES[name];
        if (simple !== undefined) return concrete(simple);
        assert(/^[A-Z]$/.test(name), `signature '${this.text}' has an unknown type '${name}'`);
        return { kind: 'generic', name };
      }
    }
  }

  private parameters(): Parameter[] {
    const params: Parameter[] = [];
    if (this.peek() === undefined || this.peek() === '->') return params;
    do {
      const first = this.peek() ?? '';
      const name = /^[a-z]/.test(first) ? this.next() : '';
      const type = this.pattern();
      params.push(this.accept('...') ? { name, type, variadic: true } : { name, type });
    } while (this.accept(','));
    return params;
  }

  private lambda(): TypePattern {
    const params: TypePattern[] = [];
    do params.push(this.pattern());
    while (this.accept(','));
    this.expect(')');
    this.expect('=>');
    return { kind: 'lambda', params, result: this.pattern() };
  }

  private fields(): StructField[] {
    const fields: StructField[] = [];
    do {
      const name = this.next();
      const pattern = this.pattern();
      assert(pattern.kind === 'type', `signature '${this.text}': a struct's fields have fixed types`);
      fields.push({ name, type: pattern.type });
    } while (this.accept(','));
    this.expect('>');
    return fields;
  }

  private peek(): string | undefined {
    return this.tokens[this.at];
  }

  private next(): string {
    const token = this.tokens[this.at++];
    assert(token !== undefined, `signature '${this.text}' ends early`);
    return token;
  }

  private accept(token: string): boolean {
    if (this.peek() !== token) return false;
    this.at++;
    return true;
  }

  private expect(token: string): void {
    assert(this.accept(token), `signature '${this.text}' lacks '${token}'`);
  }
}

const concrete = (type: SqlType): TypePattern => ({ kind: 'type', type });
