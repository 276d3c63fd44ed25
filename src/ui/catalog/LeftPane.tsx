import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { setPreferences, usePreferences } from '../app/preferences.ts';
import { Catalog } from './Catalog.tsx';
import { LessonPane } from './LessonPane.tsx';
import './catalog.css';

export function LeftPane() {
  const tab = usePreferences((p) => p.leftTab);
  return (
    <nav className="pane" aria-label="Lesson and catalog">
      <Tabs
        className="tabs"
        selectedKey={tab}
        onSelectionChange={(key) => setPreferences({ leftTab: key === 'catalog' ? 'catalog' : 'lesson' })}
      >
        <div className="tab-bar">
          <TabList className="tab-list" aria-label="Lesson and catalog">
            <Tab id="lesson" className="tab">
              Lesson
            </Tab>
            <Tab id="catalog" className="tab">
              Catalog
            </Tab>
          </TabList>
        </div>
        <TabPanel id="lesson" className="tab-panel">
          <LessonPane />
        </TabPanel>
        <TabPanel id="catalog" className="tab-panel">
          <Catalog />
        </TabPanel>
      </Tabs>
    </nav>
  );
}
