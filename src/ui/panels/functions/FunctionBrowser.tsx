import { useEffect, useMemo, useRef } from 'react';
import type { FunctionInfo } from '../../../protocol/api.ts';
import { useEngine } from '../../app/engine.tsx';
import { Button, Select } from '../../components/controls.tsx';
import { Empty } from '../../components/Empty.tsx';
import { plural } from '../../components/format.ts';
import { FunctionDetail } from './FunctionDetail.tsx';
import { insertCall } from './insert.ts';
import { categoriesOf, categoryTitle, findFunctions, type KindFilter } from './search.ts';
import { newDraft, setFunctions, setSearch, useFunctions } from './state.ts';

const KINDS: readonly (readonly [KindFilter, string])[] = [
  ['all', 'All'],
  ['scalar', 'Scalar'],
  ['aggregate', 'Aggregate'],
  ['table', 'Table'],
];
const PAGE_ROWS = 10;
const optionId = (name: string): string => `function-${name}`;

export function FunctionBrowser() {
  const functions = useEngine((s) => s.functions);
  const search = useFunctions((s) => s.search);
  const chosen = useFunctions((s) => s.current);
  const found = useMemo(() => findFunctions(functions, search), [functions, search]);
  const index = Math.max(
    0,
    found.findIndex((fn) => fn.name === chosen),
  );
  const current = found[index];
  const input = useSearchFocus();

  const move = (to: number): void => {
    const next = found[Math.min(found.length - 1, Math.max(0, to))];
    if (next === undefined) return;
    setFunctions({ current: next.name });
    document.getElementById(optionId(next.name))?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: React.KeyboardEvent<HTMLInputElement>): void => {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: PAGE_ROWS,
      PageUp: -PAGE_ROWS,
    };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      move(index + step);
    } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && current !== undefined) {
      event.preventDefault();
      insertCall(current.name);
    } else if (event.key === 'Escape' && search.text !== '') {
      event.preventDefault();
      setSearch({ text: '' });
    }
  };

  return (
    <div className="functions">
      <div className="panel-bar">
        <input
          ref={input}
          className="field function-search-field"
          type="search"
          role="combobox"
          aria-label="Search functions by name, category or description"
          aria-expanded="true"
          aria-controls="function-list"
          aria-activedescendant={current === undefined ? undefined : optionId(current.name)}
          autoComplete="off"
          spellCheck={false}
          placeholder="Search: name, category, what it does"
          value={search.text}
          onChange={(event) => {
            setSearch({ text: event.target.value });
            setFunctions({ current: undefined });
          }}
          onKeyDown={onKeyDown}
        />
        <Button small icon="plus" onPress={() => setFunctions({ draft: newDraft('scalar') })}>
          New function
        </Button>
      </div>
      <div className="panel-bar">
        <div className="segments" role="group" aria-label="Kind of function">
          {KINDS.map(([kind, title]) => (
            <button
              key={kind}
              type="button"
              className="segment segment-text"
              aria-pressed={search.kind === kind}
              onClick={() => setSearch({ kind })}
            >
              {title}
            </button>
          ))}
        </div>
        <span className="spacer" />
        <Select
          label="Category"
          value={search.category}
          choices={[
            { id: 'all', label: 'All categories' },
            ...categoriesOf(functions).map((category) => ({ id: category, label: categoryTitle(category) })),
          ]}
          onChange={(category) => setSearch({ category })}
        />
      </div>
      {current === undefined ? (
        <Empty
          title="No function is found"
          action={
            <Button small onPress={() => setSearch({ text: '', kind: 'all', category: 'all' })}>
              Show all {plural(functions.length, 'function')}
            </Button>
          }
        >
          None has {search.text.trim() === '' ? 'this kind and category' : `“${search.text.trim()}” in it`}. A function
          that you miss can be written here, in JavaScript.
        </Empty>
      ) : (
        <>
          <ul className="function-list" id="function-list" role="listbox" aria-label="Functions" tabIndex={-1}>
            {found.map((fn) => (
              <Entry key={fn.name} fn={fn} isCurrent={fn === current} />
            ))}
          </ul>
          <FunctionDetail key={current.name} fn={current} />
        </>
      )}
    </div>
  );
}

function Entry({ fn, isCurrent }: { readonly fn: FunctionInfo; readonly isCurrent: boolean }) {
  return (
    <li
      id={optionId(fn.name)}
      role="option"
      aria-selected={isCurrent}
      className="function-entry"
      onClick={() => setFunctions({ current: fn.name })}
      onDoubleClick={() => insertCall(fn.name)}
    >
      <span className="mono truncate">{fn.name}</span>
      <span className="function-about truncate">{fn.description}</span>
    </li>
  );
}

/** The search field takes the focus when it was asked for. */
function useSearchFocus(): React.RefObject<HTMLInputElement | null> {
  const input = useRef<HTMLInputElement>(null);
  const wanted = useFunctions((s) => s.focusWanted);
  useEffect(() => {
    if (!wanted) return;
    input.current?.focus();
    input.current?.select();
    setFunctions({ focusWanted: false });
  }, [wanted]);
  return input;
}
