/** A schema that may become a subject's next version: checked against the rule first, registered when it holds. */
import { useId, useState } from 'react';
import { toWireError } from '../../../client/errors.ts';
import type { SchemaCandidate, SchemaCheck, SchemaType, WireError } from '../../../protocol/api.ts';
import { useClient } from '../../app/engine.tsx';
import { Button, ErrorNote, Select } from '../../components/controls.tsx';
import { Icon } from '../../components/Icon.tsx';
import { EXAMPLES } from './examples.ts';
import { ReferenceRows } from './ReferenceRows.tsx';
import { useSubjects } from './registry-data.ts';
import { setSchemas, type SchemaDraft } from './state.ts';

/** What a reference is usually called: a file that is imported, a document, a named type. */
const REFERENCE_NAMES: Readonly<Record<SchemaType, (subject: string) => string>> = {
  AVRO: (subject) => subject.replace(/-(key|value)$/, ''),
  PROTOBUF: (subject) => `${subject.replace(/-(key|value)$/, '')}.proto`,
  JSON: (subject) => `${subject.replace(/-(key|value)$/, '')}.json`,
};

/** Nothing of one's own would be lost. */
const isExample = (schema: string): boolean => Object.values(EXAMPLES).includes(schema);

const TYPES: readonly SchemaType[] = ['AVRO', 'PROTOBUF', 'JSON'];

/** An answer holds for the draft that it was given for. */
interface Answer {
  readonly draft: SchemaDraft;
  readonly check: SchemaCheck | { readonly kind: 'failed'; readonly error: WireError };
}

export function SchemaForm({ draft }: { readonly draft: SchemaDraft }) {
  const client = useClient();
  const [answer, setAnswer] = useState<Answer | undefined>();
  const ids = { subject: useId(), schema: useId() };
  const change = (part: Partial<SchemaDraft>): void => setSchemas({ draft: { ...draft, ...part } });
  const subject = draft.subject.trim();
  const { type, schema, references } = draft;
  const candidate: SchemaCandidate = { subject, type, schema, references };
  const others = (useSubjects().subjects ?? []).filter(
    (s) => s.type === type && s.versions > 0 && s.subject !== subject,
  );
  const fail = (cause: unknown): void => setAnswer({ draft, check: { kind: 'failed', error: toWireError(cause) } });
  const check = (): void => {
    client.api.checkSchema(candidate).then((found) => setAnswer({ draft, check: found }), fail);
  };
  const register = (): void => {
    client.api.registerSchema(candidate).then(() => setSchemas({ draft: undefined, subject }), fail);
  };
  const current = answer?.draft === draft ? answer.check : undefined;
  return (
    <>
      <div className="panel-bar">
        <strong className="truncate">{draft.isNew ? 'New subject' : `New version of ${draft.subject}`}</strong>
        <span className="spacer" />
        <Button small kind="quiet" onPress={() => setSchemas({ draft: undefined })}>
          Discard
        </Button>
      </div>
      <form
        className="schema-body schema-form"
        onSubmit={(event) => {
          event.preventDefault();
          check();
        }}
      >
        {draft.isNew && (
          <>
            <label htmlFor={ids.subject}>Subject: the topic’s name with -key or -value</label>
            <div className="schema-row">
              <input
                id={ids.subject}
                className="field mono"
                spellCheck={false}
                value={draft.subject}
                onChange={(event) => change({ subject: event.target.value })}
              />
              <Select
                label="Type of schema"
                value={draft.type}
                choices={TYPES.map((type) => ({ id: type, label: type }))}
                onChange={(to) =>
                  change({ type: to, references: [], ...(isExample(draft.schema) && { schema: EXAMPLES[to] }) })
                }
              />
            </div>
          </>
        )}
        <label htmlFor={ids.schema}>Schema</label>
        <textarea
          id={ids.schema}
          className="field mono schema-input"
          spellCheck={false}
          value={draft.schema}
          onChange={(event) => change({ schema: event.target.value })}
        />
        <ReferenceRows
          references={references}
          subjects={others}
          newName={(to) => REFERENCE_NAMES[type](to)}
          onChange={(changed) => change({ references: changed })}
        />
        <div className="schema-row">
          <Button onPress={check} isDisabled={subject === ''}>
            Check
          </Button>
          <Button kind="primary" onPress={register} isDisabled={subject === '' || current?.kind === 'known'}>
            Register
          </Button>
        </div>
        <div role="status">
          {current?.kind === 'compatible' && (
            <p className="schema-fits">
              <Icon name="check" size={14} /> It keeps the rule and can be registered.
            </p>
          )}
          {current?.kind === 'known' && <p>The subject has this schema already: it is version {current.version}.</p>}
        </div>
        {(current?.kind === 'refused' || current?.kind === 'failed') && <ErrorNote error={current.error} />}
      </form>
    </>
  );
}
