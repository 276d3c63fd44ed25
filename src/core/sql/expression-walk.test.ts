import { describe, expect, it } from 'vitest';
import { childrenOf, mapExpression, someExpression, walk } from './expression-walk.ts';
import { formatExpression } from './format-expression.ts';
import { parseExpression } from './parse.ts';

const EVERY_SHAPE =
  'a + -b = c[d] AND NOT e->f IS NULL OR g BETWEEN h AND i OR j IN (k, l) OR m LIKE n OR CAST(o AS INT) = CASE p WHEN q THEN r ELSE s END ' +
  'OR F(t, x => u, ARRAY[v], MAP(w := y), STRUCT(z := aa)) = 1';

describe('walking expressions', () => {
  it('visits every column in text order', () => {
    const names: string[] = [];
    walk(parseExpression(EVERY_SHAPE), (node) => {
      if (node.kind === 'column') names.push(node.name);
    });
    expect(names.join(' ')).toBe('A B C D E G H I J K L M N O P Q R S T U V W Y AA');
  });

  it('passes by the children where the visitor says so', () => {
    const names: string[] = [];
    walk(parseExpression('F(a) + b'), (node) => {
      if (node.kind === 'column') names.push(node.name);
      return node.kind !== 'call';
    });
    expect(names).toEqual(['B']);
  });

  it('changes leaves everywhere', () => {
    const tree = parseExpression(EVERY_SHAPE);
    const changed = mapExpression(tree, (node) =>
      node.kind === 'column' ? { ...node, name: `${node.name}_1` } : node,
    );
    expect(formatExpression(changed)).toBe(
      formatExpression(parseExpression(EVERY_SHAPE.replace(/\b([a-eg-w]|y|aa)\b/g, '$1_1').replace('->f_1', '->f'))),
    );
  });

  it('shares what does not change, and changes each node once', () => {
    const tree = parseExpression('(a + 1) * (b + 2)');
    let calls = 0;
    const changed = mapExpression(tree, (node) => {
      calls++;
      return node.kind === 'column' && node.name === 'B' ? { ...node, name: 'C' } : node;
    });
    expect(calls).toBe(7);
    expect(formatExpression(changed)).toBe('((A + 1) * (C + 2))');
    expect(childrenOf(changed)[0]).toBe(childrenOf(tree)[0]);
    expect(mapExpression(tree, (node) => node)).toBe(tree);
  });

  it('finds', () => {
    expect(someExpression(parseExpression('F(a, b -> c)'), (node) => node.kind === 'dereference')).toBe(true);
    expect(someExpression(parseExpression('F(a)'), (node) => node.kind === 'dereference')).toBe(false);
  });
});
