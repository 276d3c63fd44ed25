import { useEffect, useRef } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useClient, useEngine } from '../app/engine.tsx';
import { IconButton } from '../components/controls.tsx';
import { Icon } from '../components/Icon.tsx';
import { shorten } from '../components/format.ts';
import { LiveResult } from './LiveResult.tsx';
import { LogView } from './LogView.tsx';
import { clearLog, closeTab, LOG_TAB, showTab, useResults, type ResultTab } from './results.ts';
import { RowsResult } from './RowsResult.tsx';
import './results.css';

export function ResultsPane() {
  const client = useClient();
  const { tabs, active, log } = useResults();
  const close = (id: string): void => {
    const closed = closeTab(id);
    if (closed?.result.kind === 'subscription')
      client.dropSubscription(closed.result.subscription).catch(client.report);
  };
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The tabs are there a frame after they were added.
    const frame = requestAnimationFrame(() => {
      void bar.current
        ?.querySelector('[role="tab"][aria-selected="true"]')
        ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    });
    return () => cancelAnimationFrame(frame);
  }, [active]);
  return (
    <section className="pane" aria-label="Results">
      <Tabs className="tabs" selectedKey={active} onSelectionChange={(key) => showTab(String(key))}>
        <div
          ref={bar}
          className="tab-bar"
          role="presentation"
          onKeyDown={(event) => {
            if (event.key === 'Delete' && active !== LOG_TAB) close(active);
          }}
        >
          <TabList className="tab-list" aria-label="Results">
            <Tab id={LOG_TAB} className="tab">
              Log <span className="count">{log.length > 0 ? log.length : ''}</span>
            </Tab>
            {tabs.map((tab) => (
              <Tab key={tab.id} id={tab.id} className="tab">
                <TabMark tab={tab} />
                {shorten(tab.title, 26)}
              </Tab>
            ))}
          </TabList>
          <span className="spacer" />
          {active === LOG_TAB && log.length > 0 && <IconButton icon="trash" label="Clear the log" onPress={clearLog} />}
        </div>
        <TabPanel id={LOG_TAB} className="tab-panel">
          <LogView />
        </TabPanel>
        {tabs.map((tab) => (
          <TabPanel key={tab.id} id={tab.id} className="tab-panel">
            {tab.result.kind === 'rows' ? (
              <RowsResult id={tab.id} result={tab.result} onClose={() => close(tab.id)} />
            ) : (
              <LiveResult result={tab.result} onClose={() => close(tab.id)} />
            )}
          </TabPanel>
        ))}
      </Tabs>
    </section>
  );
}

function TabMark({ tab }: { readonly tab: ResultTab }) {
  const id = tab.result.kind === 'subscription' ? tab.result.subscription : '';
  const state = useEngine((s) => {
    const subscription = s.subscriptions.get(id);
    return subscription?.done !== undefined ? 'done' : subscription?.paused === true ? 'paused' : 'live';
  });
  if (tab.result.kind === 'rows') return <Icon name="table" size={12} />;
  return <span className={`live-dot ${state}`} role="img" aria-label={state} />;
}
