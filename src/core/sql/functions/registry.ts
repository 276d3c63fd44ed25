/**
 * All functions by name. The built-in families are listed once, below; user-defined functions are added at run time and
 * may be replaced and removed, built-ins may not.
 */
import { WeirError } from '../../common/errors.ts';
import { arrayFunctions } from './arrays.ts';
import { bytesFunctions } from './bytes.ts';
import { collectAggregates } from './aggregates-collect.ts';
import { numberAggregates } from './aggregates-numbers.ts';
import { offsetAggregates } from './aggregates-offset.ts';
import { statisticsAggregates } from './aggregates-statistics.ts';
import { topkAggregates } from './aggregates-topk.ts';
import { conditionalFunctions } from './conditional.ts';
import { dateFunctions } from './dates.ts';
import { jsonFunctions } from './json.ts';
import { lambdaFunctions } from './lambdas.ts';
import { mapFunctions } from './maps.ts';
import { maskFunctions } from './masks.ts';
import { mathFunctions } from './math.ts';
import { regexpFunctions } from './regexp.ts';
import { stringFunctions } from './strings.ts';
import { tableFunctions } from './tables.ts';
import { trigonometryFunctions } from './trigonometry.ts';
import { urlFunctions } from './urls.ts';
import type {
  Argument,
  FunctionContext,
  FunctionRegistry,
  ResolvedAggregate,
  ResolvedCall,
  SqlFunction,
} from './function.ts';
import { unknownFunction } from './resolution-errors.ts';
import { resolveAggregateCall, resolveScalar } from './resolve.ts';

const FAMILIES: readonly (readonly SqlFunction[])[] = [
  mathFunctions,
  trigonometryFunctions,
  conditionalFunctions,
  stringFunctions,
  maskFunctions,
  regexpFunctions,
  bytesFunctions,
  jsonFunctions,
  urlFunctions,
  dateFunctions,
  arrayFunctions,
  mapFunctions,
  lambdaFunctions,
  tableFunctions,
  numberAggregates,
  collectAggregates,
  offsetAggregates,
  topkAggregates,
  statisticsAggregates,
];

/** A registry with all built-in functions, and with those given. */
export function createRegistry(userDefined: readonly SqlFunction[] = []): FunctionRegistry {
  const registry = new Registry();
  for (const fn of userDefined) registry.add(fn);
  return registry;
}

const BUILT_IN: ReadonlyMap<string, SqlFunction> = new Map(FAMILIES.flat().map((fn) => [fn.name, fn]));

class Registry implements FunctionRegistry {
  private readonly userDefined = new Map<string, SqlFunction>();

  get(name: string): SqlFunction | undefined {
    const upper = name.toUpperCase();
    return BUILT_IN.get(upper) ?? this.userDefined.get(upper);
  }

  list(): readonly SqlFunction[] {
    return [...BUILT_IN.values(), ...this.userDefined.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  add(fn: SqlFunction): void {
    const upper = fn.name.toUpperCase();
    if (BUILT_IN.has(upper)) {
      throw new WeirError('FUNCTION_EXISTS', `${upper} is a built-in function.`, {
        hint: 'Give the function another name.',
        details: { function: upper },
      });
    }
    this.userDefined.set(upper, fn.name === upper ? fn : { ...fn, name: upper });
  }

  remove(name: string): boolean {
    return this.userDefined.delete(name.toUpperCase());
  }

  resolve(name: string, args: readonly Argument[]): ResolvedCall {
    const fn = this.require(name);
    if (fn.kind === 'aggregate') {
      throw new WeirError('FUNCTION_KIND', `${fn.name} is an aggregate function and cannot be used here.`, {
        hint: 'Aggregates stand in the SELECT list or HAVING of a query with GROUP BY.',
        details: { function: fn.name },
      });
    }
    return resolveScalar(fn, args);
  }

  resolveAggregate(name: string, args: readonly Argument[], context: FunctionContext): ResolvedAggregate {
    const fn = this.require(name);
    if (fn.kind !== 'aggregate') {
      throw new WeirError('FUNCTION_KIND', `${fn.name} is no aggregate function.`, { details: { function: fn.name } });
    }
    return resolveAggregateCall(fn, args, context);
  }

  private require(name: string): SqlFunction {
    const fn = this.get(name);
    if (fn === undefined) {
      throw unknownFunction(
        name,
        this.list().map((f) => f.name),
      );
    }
    return fn;
  }
}
