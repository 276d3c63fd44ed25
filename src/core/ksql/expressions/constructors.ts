/** ARRAY[...], MAP(k := v, ...) and STRUCT(f := x, ...). */
import { WeirError } from '../../common/errors.ts';
import type { StructField } from '../../common/sql-type.ts';
import type { ArrayConstructor, Expression, MapConstructor, StructConstructor } from '../../sql/ast.ts';
import { buildArray, buildMap, buildStruct } from './build.ts';
import { commonize, guardedMembers } from './common-type.ts';
import type { Compiled, Env } from './context.ts';
import { guardedMember, memberEnv } from './guard.ts';
import { textOf } from './text.ts';

export function compileArray(node: ArrayConstructor, env: Env): Compiled {
  if (node.elements.length === 0) throw empty(node, 'ARRAY[]', 'element');
  const common = commonize(node.elements, memberEnv(env), 'ARRAY');
  if (common.type === null) throw allNull(node, 'elements');
  return buildArray(common.type, guardedMembers(common.members, node.elements, env));
}

export function compileMap(node: MapConstructor, env: Env): Compiled {
  if (node.entries.length === 0) throw empty(node, 'MAP()', 'entry');
  const keyNodes = node.entries.map((entry) => entry.key);
  const valueNodes = node.entries.map((entry) => entry.value);
  const keys = commonize(keyNodes, memberEnv(env), 'The keys of MAP');
  if (keys.type === null) throw allNull(node, 'keys');
  const values = commonize(valueNodes, memberEnv(env), 'The values of MAP');
  if (values.type === null) throw allNull(node, 'values');
  return buildMap(
    keys.type,
    values.type,
    guardedMembers(keys.members, keyNodes, env),
    guardedMembers(values.members, valueNodes, env),
  );
}

export function compileStruct(node: StructConstructor, env: Env): Compiled {
  const fields: StructField[] = [];
  const members: Compiled[] = [];
  for (const field of node.fields) {
    if (fields.some((other) => other.name === field.name)) {
      throw new WeirError('INVALID_CONSTRUCTOR', `STRUCT has two fields named '${field.name}'.`, {
        span: field.value.span,
        hint: 'Give each field a name of its own.',
        details: { field: field.name },
      });
    }
    const member = env.compile(field.value, memberEnv(env));
    if (member.type === null) throw untypedNull(field.value, `Field '${field.name}' of STRUCT`);
    fields.push({ name: field.name, type: member.type });
    members.push(guardedMember(member, field.value, env.context));
  }
  return buildStruct(fields, members);
}

export function untypedNull(node: Expression, place: string): WeirError {
  return new WeirError('UNTYPED_NULL', `${place} has no type: ${textOf(node)} alone does not tell one.`, {
    span: node.span,
    hint: 'Say which type it is: CAST(NULL AS VARCHAR).',
    details: { expression: textOf(node) },
  });
}

function empty(node: Expression, text: string, part: string): WeirError {
  return new WeirError('INVALID_CONSTRUCTOR', `${text} has no type: it needs at least one ${part}.`, {
    span: node.span,
    hint: `Write at least one ${part}; CAST(NULL AS ...) stands for a missing one.`,
  });
}

function allNull(node: Expression, parts: string): WeirError {
  return new WeirError('INVALID_CONSTRUCTOR', `${textOf(node)} has no type: all of its ${parts} are NULL.`, {
    span: node.span,
    hint: 'Give one of them a type: CAST(NULL AS VARCHAR).',
  });
}
