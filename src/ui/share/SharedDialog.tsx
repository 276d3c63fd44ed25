import { printKeys } from '../app/commands.ts';
import { clearHash } from '../app/hash.ts';
import { setPreferences } from '../app/preferences.ts';
import { setView, useView, type SharedScript } from '../app/view.ts';
import { Button, Modal } from '../components/controls.tsx';
import { plural } from '../components/format.ts';
import { statementRanges } from '../editor/statements.ts';
import { hasOwnText, putIntoEditor } from './actions.ts';
import { SharedWorkspaceContent } from './SharedWorkspaceContent.tsx';
import './share.css';

/** A script or a workspace from a link, a file or an example, to be read before anything is done with it. */
export function SharedDialog() {
  const shared = useView((v) => v.shared);
  const close = (): void => {
    setView({ shared: undefined });
    clearHash();
  };
  const title = shared === undefined || shared.kind === 'unreadable' ? 'This cannot be shown' : shared.title;
  return (
    <Modal title={title} isOpen={shared !== undefined} onClose={close} width={720}>
      {shared !== undefined && <Content shared={shared} onClose={close} />}
    </Modal>
  );
}

function Content({ shared, onClose }: { readonly shared: SharedScript; readonly onClose: () => void }) {
  switch (shared.kind) {
    case 'unreadable':
      return (
        <>
          <p className="shared-note">{shared.reason}</p>
          <footer>
            <Button onPress={onClose}>Close</Button>
          </footer>
        </>
      );
    case 'workspace':
      return <SharedWorkspaceContent note={shared.note} document={shared.document} onClose={onClose} />;
    default:
      return <ScriptContent note={shared.note} sql={shared.sql} panel={shared.panel} onClose={onClose} />;
  }
}

function ScriptContent(props: {
  readonly note: string;
  readonly sql: string;
  readonly panel: string | undefined;
  readonly onClose: () => void;
}) {
  const put = (how: 'replace' | 'append'): void => {
    props.onClose();
    if (props.panel !== undefined) setPreferences({ rightTab: props.panel });
    // After the dialog gave the focus back, so that the editor may have it.
    requestAnimationFrame(() => putIntoEditor(props.sql, how));
  };
  const own = hasOwnText();
  return (
    <>
      <p className="shared-note">{props.note}</p>
      <pre className="shared-sql" tabIndex={0} aria-label="The script">
        {props.sql}
      </pre>
      <footer>
        <span className="shared-count">
          {plural(statementRanges(props.sql).length, 'statement')} · <kbd>{printKeys('Mod-Shift-Enter')}</kbd> runs all
          once it is there
        </span>
        <span className="spacer" />
        {own && <Button onPress={() => put('replace')}>Replace my text</Button>}
        <Button kind="primary" onPress={() => put('append')}>
          {own ? 'Put below my text' : 'Put into the editor'}
        </Button>
      </footer>
    </>
  );
}
