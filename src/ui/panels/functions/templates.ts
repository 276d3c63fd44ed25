/** What the form of a new function begins with: an example of each kind that runs as it stands. */
import type { UserFunction } from '../../../protocol/api.ts';

export interface Template extends UserFunction {
  /** What to try it out with. */
  readonly trial: string;
  /** One line on what a function of this kind is. */
  readonly about: string;
}

export const TEMPLATES: Readonly<Record<UserFunction['kind'], Template>> = {
  scalar: {
    kind: 'scalar',
    about: 'One value for each record.',
    name: 'TO_KM',
    signature: 'miles DOUBLE -> DOUBLE',
    description: 'Miles as kilometres.',
    source: `export function evaluate(miles) {
  return miles === null ? null : miles * 1.609344;
}
`,
    trial: 'TO_KM(100)',
  },
  aggregate: {
    kind: 'aggregate',
    about: 'One value for all records of a group.',
    name: 'LONGEST',
    signature: 'text VARCHAR -> VARCHAR',
    description: 'The longest text of the group.',
    source: `// The state is whatever JSON can hold.
export function initial() {
  return null;
}
export function add(state, text) {
  if (text === null) return state;
  return state === null || text.length > state.length ? text : state;
}
export function result(state) {
  return state;
}
// For session windows, where two groups may become one.
export function merge(a, b) {
  return add(a, b);
}
// To be usable on tables, also export undo(state, text),
// which takes back an add.
`,
    trial: "LONGEST(x) -- x: 'a', 'abc', 'ab'",
  },
  table: {
    kind: 'table',
    about: 'A row for each element of the array it gives.',
    name: 'WORDS',
    signature: 'text VARCHAR -> VARCHAR',
    description: 'A row for each word of a text.',
    source: `export function evaluate(text) {
  return text === null ? [] : text.split(/\\s+/);
}
`,
    trial: "WORDS('one two three')",
  },
};

export const isTemplateSource = (source: string): boolean =>
  Object.values(TEMPLATES).some((template) => template.source === source);
