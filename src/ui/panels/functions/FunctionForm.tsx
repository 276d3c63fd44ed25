/** Writes a function of the person's own: what it is, its code, and an expression to try it with. */
import { useId, useState } from 'react';
import { toWireError } from '../../../client/errors.ts';
import type { Cell, UserFunction, WireError } from '../../../protocol/api.ts';
import { useClient } from '../../app/engine.tsx';
import { Button, ErrorNote } from '../../components/controls.tsx';
import { CellView } from '../../components/CellView.tsx';
import { Icon } from '../../components/Icon.tsx';
import { changeDraft, newDraft, setFunctions, type Draft } from './state.ts';
import { isTemplateSource, TEMPLATES } from './templates.ts';

const KINDS: readonly UserFunction['kind'][] = ['scalar', 'aggregate', 'table'];

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'working' }
  | { readonly kind: 'saved' }
  | { readonly kind: 'refused'; readonly error: WireError }
  | { readonly kind: 'tried'; readonly cell: Cell }
  | { readonly kind: 'failed'; readonly error: WireError };

export function FunctionForm({ draft }: { readonly draft: Draft }) {
  const client = useClient();
  const { definition, trial, editing } = draft;
  const [saved, setSaved] = useState<UserFunction | undefined>(editing === undefined ? undefined : definition);
  const [state, setState] = useState<State>({ kind: 'idle' });
  const ids = { name: useId(), signature: useId(), about: useId(), code: useId(), trial: useId() };
  const isDirty = saved !== definition;
  const isNew = saved === undefined;

  const save = async (): Promise<boolean> => {
    setState({ kind: 'working' });
    try {
      await client.api.addFunction({ ...definition, name: definition.name.trim() });
      setSaved(definition);
      setState({ kind: 'saved' });
      return true;
    } catch (cause) {
      setState({ kind: 'refused', error: toWireError(cause) });
      return false;
    }
  };
  const attempt = async (): Promise<void> => {
    if (isDirty && !(await save())) return;
    setState({ kind: 'working' });
    try {
      setState({ kind: 'tried', cell: await client.api.evaluate(trial) });
    } catch (cause) {
      setState({ kind: 'failed', error: toWireError(cause) });
    }
  };
  const leave = (): void =>
    setFunctions({
      draft: undefined,
      focusWanted: true,
      ...(isNew ? {} : { current: definition.name.trim().toUpperCase() }),
    });
  const setKind = (kind: UserFunction['kind']): void => {
    if (isTemplateSource(definition.source)) setFunctions({ draft: newDraft(kind) });
    else changeDraft({ kind });
  };

  return (
    <div className="functions">
      <div className="panel-bar">
        <strong>{editing === undefined ? 'New function' : `Change ${editing}`}</strong>
        <span className="spacer" />
        <Button small kind="quiet" onPress={leave}>
          {isDirty ? 'Discard' : 'Back to all functions'}
        </Button>
      </div>
      <form
        className="function-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div className="segments" role="group" aria-label="Kind of function">
          {KINDS.map((kind) => (
            <button
              key={kind}
              type="button"
              className="segment segment-text"
              aria-pressed={definition.kind === kind}
              onClick={() => setKind(kind)}
            >
              {kind}
            </button>
          ))}
        </div>
        <span className="dim">{TEMPLATES[definition.kind].about}</span>
        <div className="function-row">
          <label htmlFor={ids.name}>Name</label>
          <input
            id={ids.name}
            className="field mono"
            spellCheck={false}
            disabled={editing !== undefined}
            value={definition.name}
            onChange={(event) => changeDraft({ name: event.target.value.toUpperCase() })}
          />
          <label htmlFor={ids.signature}>Signature</label>
          <input
            id={ids.signature}
            className="field mono"
            spellCheck={false}
            value={definition.signature}
            placeholder="x BIGINT, y VARCHAR -> BIGINT"
            onChange={(event) => changeDraft({ signature: event.target.value })}
          />
          <label htmlFor={ids.about}>Description</label>
          <input
            id={ids.about}
            className="field"
            value={definition.description}
            onChange={(event) => changeDraft({ description: event.target.value })}
          />
        </div>
        <label htmlFor={ids.code}>Code, a JavaScript module</label>
        <textarea
          id={ids.code}
          className="field mono function-code"
          spellCheck={false}
          value={definition.source}
          onChange={(event) => changeDraft({ source: event.target.value })}
        />
        <p className="dim">
          It runs in a sandbox without the page, the storage or the network, with 32 MB of memory and half a second for
          each call.
        </p>
        <div className="function-save">
          <Button kind="primary" isDisabled={!isDirty || state.kind === 'working'} onPress={() => void save()}>
            {isNew ? 'Add the function' : 'Save the change'}
          </Button>
          <span role="status" className="function-saved">
            {!isDirty && (state.kind === 'saved' || state.kind === 'tried') && (
              <>
                <Icon name="check" size={14} /> {definition.name} can be used in queries
              </>
            )}
          </span>
        </div>
        {state.kind === 'refused' && <ErrorNote error={state.error} />}
        <label htmlFor={ids.trial}>Try it</label>
        <div className="function-trial">
          <input
            id={ids.trial}
            className="field mono"
            spellCheck={false}
            value={trial}
            onChange={(event) => setFunctions({ draft: { ...draft, trial: event.target.value } })}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              void attempt();
            }}
          />
          <Button icon="play" isDisabled={state.kind === 'working'} onPress={() => void attempt()}>
            {isDirty ? (isNew ? 'Add and try' : 'Save and try') : 'Try'}
          </Button>
        </div>
        {definition.kind === 'aggregate' && (
          <span className="dim">The rows of each column stand in the comment: x: 1, 2; y: 3, 4</span>
        )}
        <div role="status">
          {state.kind === 'tried' && (
            <div className="function-outcome">
              <span className="dim">gives</span>
              <span className="mono">
                <CellView cell={state.cell} />
              </span>
            </div>
          )}
        </div>
        {state.kind === 'failed' && <ErrorNote error={state.error} />}
      </form>
    </div>
  );
}
