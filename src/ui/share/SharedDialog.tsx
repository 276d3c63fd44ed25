import { printKeys } from '../app/commands.ts';
import { clearHash } from '../app/hash.ts';
import { setPreferences } from '../app/preferences.ts';
import { setView, useView, type SharedScript } from '../app/view.ts';
import { Button, Modal } from '../components/controls.tsx';
import { plural } from '../components/format.ts';
import { statementRanges } from '../editor/statements.ts';
import { hasOwnText, putIntoEditor } from './actions.ts';
import './share.css';

/** A script from a link, a file or an example, to be read before it gets into the editor. */
export function SharedDialog() {
  const shared = useView((v) => v.shared);
  const close = (): void => {
    setView({ shared: undefined });
    clearHash();
  };
  const title = shared === undefined || shared.kind === 'unreadable' ? 'This script cannot be shown' : shared.title;
  return (
    <Modal title={title} isOpen={shared !== undefined} onClose={close} width={720}>
      {shared !== undefined && <Content shared={shared} onClose={close} />}
    </Modal>
  );
}

function Content({ shared, onClose }: { readonly shared: SharedScript; readonly onClose: () => void }) {
  if (shared.kind === 'unreadable') {
    return (
      <>
        <p className="shared-note">{shared.reason}</p>
        <footer>
          <Button onPress={onClose}>Close</Button>
        </footer>
      </>
    );
  }
  const put = (how: 'replace' | 'append'): void => {
    onClose();
    if (shared.panel !== undefined) setPreferences({ rightTab: shared.panel });
    // After the dialog gave the focus back, so that the editor may have it.
    requestAnimationFrame(() => putIntoEditor(shared.sql, how));
  };
  const own = hasOwnText();
  return (
    <>
      <p className="shared-note">{shared.note}</p>
      <pre className="shared-sql" tabIndex={0} aria-label="The script">
        {shared.sql}
      </pre>
      <footer>
        <span className="shared-count">
          {plural(statementRanges(shared.sql).length, 'statement')} · <kbd>{printKeys('Mod-Shift-Enter')}</kbd> runs all
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
