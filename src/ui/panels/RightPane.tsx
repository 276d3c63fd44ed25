import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { setPreferences, usePreferences } from '../app/preferences.ts';
import { useView } from '../app/view.ts';
import { ErrorBoundary } from '../components/ErrorBoundary.tsx';
import { Inspector } from '../inspector/Inspector.tsx';
import { PANELS } from './registry.ts';
import './panels.css';

const ALONE = ['picture'];
const WITH_INSPECTOR = ['picture', 'inspector'];

/** The picture: one panel at a time, and below it the record that is being inspected. */
export function RightPane() {
  const tab = usePreferences((p) => p.rightTab);
  const record = useView((v) => v.record);
  const layout = useDefaultLayout({
    id: 'weir.picture',
    panelIds: record === undefined ? ALONE : WITH_INSPECTOR,
    storage: localStorage,
  });
  const selected = PANELS.some((panel) => panel.id === tab) ? tab : 'topics';
  return (
    <section className="pane" aria-label="Picture">
      <Group orientation="vertical" defaultLayout={layout.defaultLayout} onLayoutChanged={layout.onLayoutChanged}>
        <Panel id="picture" minSize="160px">
          <Tabs
            className="tabs picture-tabs"
            selectedKey={selected}
            onSelectionChange={(key) => setPreferences({ rightTab: String(key) })}
          >
            <div className="tab-bar">
              <TabList className="tab-list" aria-label="Picture">
                {PANELS.map((panel) => (
                  <Tab key={panel.id} id={panel.id} className="tab">
                    {panel.title}
                  </Tab>
                ))}
              </TabList>
            </div>
            {PANELS.map((panel) => (
              <TabPanel key={panel.id} id={panel.id} className="tab-panel">
                <ErrorBoundary name={panel.title}>
                  <panel.Component />
                </ErrorBoundary>
              </TabPanel>
            ))}
          </Tabs>
        </Panel>
        {record !== undefined && (
          <>
            <Separator className="separator" aria-label="Resize the inspector" />
            <Panel id="inspector" defaultSize="44%" minSize="140px">
              <ErrorBoundary name="inspector">
                <Inspector address={record} />
              </ErrorBoundary>
            </Panel>
          </>
        )}
      </Group>
    </section>
  );
}
