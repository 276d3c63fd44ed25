/** The layout: catalog and lesson, editor over results, the picture. Sizes are kept. */
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { ErrorBoundary } from '../components/ErrorBoundary.tsx';
import { EditorPane } from '../editor/EditorPane.tsx';
import { ImportDialog } from '../import/ImportDialog.tsx';
import { DropTarget } from '../import/DropTarget.tsx';
import { LeftPane } from '../catalog/LeftPane.tsx';
import { ResultsPane } from '../results/ResultsPane.tsx';
import { SharedDialog } from '../share/SharedDialog.tsx';
import { RightPane } from '../panels/RightPane.tsx';
import { useEngine } from './engine.tsx';
import { HelpDialog } from './HelpDialog.tsx';
import { useHash } from './hash.ts';
import { LostScreen } from './screens.tsx';
import { useKeys } from './keys.ts';
import { Notices } from './Notices.tsx';
import { Palette } from './Palette.tsx';
import { usePreferences } from './preferences.ts';
import { TopBar } from './TopBar.tsx';
import { WorkspaceDialog } from './WorkspaceDialog.tsx';

const WITH_CATALOG = ['left', 'centre', 'right'];
const WITHOUT_CATALOG = ['centre', 'right'];

export function Workbench() {
  useKeys();
  useHash();
  const lost = useEngine((s) => s.engine.state === 'lost');
  const catalogOpen = usePreferences((p) => p.catalogOpen);
  const columns = useDefaultLayout({
    id: 'weir.columns',
    panelIds: catalogOpen ? WITH_CATALOG : WITHOUT_CATALOG,
    storage: localStorage,
  });
  const rows = useDefaultLayout({ id: 'weir.rows', storage: localStorage });
  return (
    <div className="workbench">
      <TopBar />
      <main className="panes">
        <Group orientation="horizontal" defaultLayout={columns.defaultLayout} onLayoutChanged={columns.onLayoutChanged}>
          {catalogOpen && (
            <>
              <Panel
                id="left"
                defaultSize="256px"
                minSize="180px"
                maxSize="480px"
                groupResizeBehavior="preserve-pixel-size"
              >
                <ErrorBoundary name="catalog">
                  <LeftPane />
                </ErrorBoundary>
              </Panel>
              <Separator className="separator" aria-label="Resize the catalog" />
            </>
          )}
          <Panel id="centre" minSize="320px">
            <Group orientation="vertical" defaultLayout={rows.defaultLayout} onLayoutChanged={rows.onLayoutChanged}>
              <Panel id="editor" defaultSize="48%" minSize="120px">
                <ErrorBoundary name="editor">
                  <EditorPane />
                </ErrorBoundary>
              </Panel>
              <Separator className="separator" aria-label="Resize the editor" />
              <Panel id="results" minSize="100px">
                <ErrorBoundary name="results">
                  <ResultsPane />
                </ErrorBoundary>
              </Panel>
            </Group>
          </Panel>
          <Separator className="separator" aria-label="Resize the picture" />
          <Panel id="right" defaultSize="40%" minSize="300px">
            <RightPane />
          </Panel>
        </Group>
      </main>
      <Notices />
      <Palette />
      <HelpDialog />
      <WorkspaceDialog />
      <ImportDialog />
      <SharedDialog />
      <DropTarget />
      {lost && <LostScreen />}
    </div>
  );
}
