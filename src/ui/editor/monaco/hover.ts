/** What a name under the pointer stands for; the signatures of the call that the cursor is in. */
import * as monaco from 'monaco-editor/editor/editor.api.js';
import type { Client } from '../../../client/client.ts';
import { argumentType } from '../../../core/sql/language/argument-type.ts';
import { completionContext } from '../../../core/sql/language/completion.ts';
import { tokenAt } from '../../../core/sql/language/highlight.ts';
import { overloadFor, parametersOf } from '../../../core/sql/language/argument-fit.ts';
import { callAt } from '../../../core/sql/language/signature.ts';
import type { FunctionInfo } from '../../../protocol/api.ts';

const code = (text: string): monaco.IMarkdownString => ({ value: `${'```'}ksql\n${text}\n${'```'}` });

const fold = (text: string): string =>
  /^[`"]/.test(text) ? text.slice(1, -1).replaceAll('``', '`') : text.toUpperCase();

export function hover(
  client: Client,
  model: monaco.editor.ITextModel,
  position: monaco.Position,
): monaco.languages.Hover | undefined {
  const text = model.getValue();
  const offset = model.getOffsetAt(position);
  const token = tokenAt(text, offset);
  if (token === undefined) return undefined;
  const { span } = token;
  const range = monaco.Range.fromPositions(
    model.getPositionAt(span.offset),
    model.getPositionAt(span.offset + span.length),
  );
  const name = fold(token.text);
  const { sources, functions, queries } = client.store.getState();
  if (token.class === 'function') {
    const fn = functions.find((f) => f.name === name);
    return fn === undefined ? undefined : { range, contents: describeFunction(fn) };
  }
  if (token.class !== 'name') return undefined;
  const source = sources.get(name);
  if (source !== undefined) {
    const columns = source.columns.map((c) => `  ${c.name} ${c.type}${c.role === 'key' ? ' KEY' : ''}`);
    return {
      range,
      contents: [
        code(`${source.kind} ${source.name} (\n${columns.join(',\n')}\n)`),
        { value: `Topic \`${source.topic}\`, key ${source.keyFormat}, value ${source.valueFormat}` },
      ],
    };
  }
  const query = queries.get(name);
  if (query !== undefined) return { range, contents: [code(query.statement)] };
  for (const { name: scoped } of completionContext(text, offset).scope) {
    const column = sources.get(scoped)?.columns.find((c) => c.name === name);
    if (column === undefined) continue;
    const role = column.role === 'value' ? '' : ` ${column.role.toUpperCase()}`;
    return { range, contents: [code(`${column.name} ${column.type}${role}`), { value: `A column of ${scoped}` }] };
  }
  return undefined;
}

function describeFunction(fn: FunctionInfo): monaco.IMarkdownString[] {
  const examples = fn.examples.map((example) => `${example.sql}  -- ${example.result}`);
  return [
    code(fn.signatures.join('\n')),
    { value: fn.description },
    ...(examples.length > 0 ? [code(examples.slice(0, 3).join('\n'))] : []),
  ];
}

export function signatureHelp(
  client: Client,
  model: monaco.editor.ITextModel,
  position: monaco.Position,
): monaco.languages.SignatureHelpResult | undefined {
  const call = callAt(model.getValue(), model.getOffsetAt(position));
  const fn = client.store.getState().functions.find((f) => f.name === call?.name);
  if (call === undefined || fn === undefined) return undefined;
  const signatures = fn.signatures.map((label) => ({
    label,
    documentation: fn.description,
    parameters: parametersOf(label).map(([start, end]) => ({ label: [start, end] as [number, number] })),
  }));
  const { scope } = completionContext(model.getValue(), model.getOffsetAt(position));
  const earlier = call.earlier.map((argument) => argumentType(client.store.getState(), scope, argument));
  const activeSignature = overloadFor(fn.signatures, earlier);
  const last = (signatures[activeSignature]?.parameters.length ?? 1) - 1;
  return {
    value: { signatures, activeSignature, activeParameter: Math.min(call.argumentIndex, Math.max(0, last)) },
    dispose: () => undefined,
  };
}
