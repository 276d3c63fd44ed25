import { useState } from 'react';
import { toWireError } from '../../../client/errors.ts';
import type { Cell, FunctionInfo, WireError } from '../../../protocol/api.ts';
import { useClient } from '../../app/engine.tsx';
import { CellView } from '../../components/CellView.tsx';
import { Badge, Button, ErrorNote } from '../../components/controls.tsx';
import { Icon } from '../../components/Icon.tsx';
import { isAsDocumented } from './examples.ts';
import { insertCall } from './insert.ts';
import { categoryTitle } from './search.ts';
import { setFunctions } from './state.ts';
import { TEMPLATES } from './templates.ts';

export function FunctionDetail({ fn }: { readonly fn: FunctionInfo }) {
  return (
    <section className="function-detail" aria-label={`Function ${fn.name}`} tabIndex={0}>
      <div className="function-head">
        <h2 className="mono">{fn.name}</h2>
        <Badge>{fn.kind}</Badge>
        <span className="dim">{categoryTitle(fn.category)}</span>
        <span className="spacer" />
        <Button small icon="insert" onPress={() => insertCall(fn.name)}>
          Insert
        </Button>
      </div>
      <p>{fn.description}</p>
      <ul className="function-signatures mono" aria-label="Signatures">
        {fn.signatures.map((signature) => (
          <li key={signature}>{signature}</li>
        ))}
      </ul>
      {fn.examples.length > 0 && <h3>Examples</h3>}
      <ul className="function-examples">
        {fn.examples.map((example) => (
          <Example key={example.sql} sql={example.sql} documented={example.result} />
        ))}
      </ul>
      {fn.category === 'USER' && <OwnFunction name={fn.name} />}
    </section>
  );
}

type Answer = { readonly cell: Cell } | { readonly error: WireError };

/** The expression as documented, and when it was run, what the engine says. */
function Example({ sql, documented }: { readonly sql: string; readonly documented: string }) {
  const client = useClient();
  const [answer, setAnswer] = useState<Answer | undefined>();
  const run = (): void => {
    client.api.evaluate(sql).then(
      (cell) => setAnswer({ cell }),
      (cause: unknown) => setAnswer({ error: toWireError(cause) }),
    );
  };
  return (
    <li>
      <div className="function-example">
        <code>{sql}</code>
        <code className="function-result">{documented}</code>
        <Button small icon="play" label={`Run ${sql}`} onPress={run}>
          Run
        </Button>
      </div>
      <div role="status">
        {answer !== undefined && 'cell' in answer && <Outcome cell={answer.cell} documented={documented} />}
      </div>
      {answer !== undefined && 'error' in answer && <ErrorNote error={answer.error} />}
    </li>
  );
}

function Outcome({ cell, documented }: { readonly cell: Cell; readonly documented: string }) {
  const same = isAsDocumented(cell, documented);
  return (
    <div className={`function-outcome ${same ? 'same' : 'differs'}`}>
      <Icon name={same ? 'check' : 'alert'} size={14} />
      <span className="mono">
        <CellView cell={cell} />
      </span>
      <span className="dim">{same ? 'as documented' : `differs from the documented ${documented}`}</span>
    </div>
  );
}

/** What only a person's own function has: it can be changed and removed. */
function OwnFunction({ name }: { readonly name: string }) {
  const client = useClient();
  const [error, setError] = useState<WireError | undefined>();
  const fail = (cause: unknown): void => setError(toWireError(cause));
  const edit = async (): Promise<void> => {
    const definition = (await client.api.userFunctions()).find((fn) => fn.name.toUpperCase() === name);
    if (definition === undefined) return;
    const { trial } = TEMPLATES[definition.kind];
    const isTemplate = TEMPLATES[definition.kind].name === name;
    setFunctions({ draft: { definition, trial: isTemplate ? trial : `${name}()`, editing: name } });
  };
  return (
    <>
      <div className="function-own">
        <Button small onPress={() => void edit().catch(fail)}>
          Edit
        </Button>
        <Button small kind="danger" icon="trash" onPress={() => void client.api.removeFunction(name).catch(fail)}>
          Remove
        </Button>
      </div>
      {error !== undefined && <ErrorNote error={error} />}
    </>
  );
}
