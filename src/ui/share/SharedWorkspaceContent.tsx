import { useState } from 'react';
import { useClient } from '../app/engine.tsx';
import { clearHash } from '../app/hash.ts';
import { createFromDocument } from '../app/workspaces.ts';
import { Button } from '../components/controls.tsx';
import { formatCount, plural } from '../components/format.ts';
import { statementRanges } from '../editor/statements.ts';
import type { WorkspaceDocument } from './document.ts';

/** Of long texts so much is shown: enough to judge them, not enough to hang the page. */
const SHOWN_CHARS = 20_000;

const cut = (text: string): string => (text.length <= SHOWN_CHARS ? text : `${text.slice(0, SHOWN_CHARS)}\n…`);

/** What a workspace holds. It becomes one of its own, beside the others, when the person says so. */
export function SharedWorkspaceContent(props: {
  readonly note: string;
  readonly document: WorkspaceDocument;
  readonly onClose: () => void;
}) {
  const { document } = props;
  const { content } = document;
  const client = useClient();
  const [name, setName] = useState(document.name);
  const [busy, setBusy] = useState(false);
  const statements = content.statements.join('\n\n');
  const create = (): void => {
    setBusy(true);
    clearHash();
    createFromDocument(client, document, name).then(undefined, client.report);
  };
  const count = statementRanges(statements).filter(({ start, end }) => !isSetting(statements.slice(start, end))).length;
  const hasRecords = content.inputs.includes('"topic"');
  return (
    <>
      <p className="shared-note">{props.note} It opens as a workspace of its own: yours stay as they are.</p>
      <div className="shared-parts" tabIndex={0} role="region" aria-label="What it holds">
        <Part title="Statements, which run when it opens" note={formatCount(count)} text={cut(statements)} />
        {content.functions.map((fn) => (
          <Part key={fn.name} title={`Function ${fn.name}, in JavaScript`} note={fn.signature} text={cut(fn.source)} />
        ))}
        {content.topics.length > 0 && (
          <section>
            <h3>Topics</h3>
            <ul className="shared-topics">
              {content.topics.map((topic) => (
                <li key={topic.name}>
                  <span className="mono truncate">{topic.name}</span>
                  <span className="dim">
                    {plural(topic.partitions, 'partition')}, {plural(topic.records, 'record')}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        )}
        {hasRecords && <Part title="Records" text={cut(content.inputs)} />}
        {document.text.trim() !== '' && (
          <Part title="Text for the editor, which does not run" text={cut(document.text)} />
        )}
      </div>
      <footer>
        <label className="shared-name">
          Name
          <input className="field" maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />
        </label>
        <span className="spacer" />
        <Button onPress={props.onClose}>Cancel</Button>
        <Button kind="primary" isDisabled={busy} onPress={create}>
          Open and run
        </Button>
      </footer>
    </>
  );
}

const isSetting = (statement: string): boolean => /^\s*(SET|UNSET|DEFINE)\b/i.test(statement);

function Part(props: { readonly title: string; readonly note?: string; readonly text: string }) {
  return (
    <section>
      <h3>
        {props.title} <span className="dim">{props.note}</span>
      </h3>
      <pre tabIndex={0}>{props.text}</pre>
    </section>
  );
}
