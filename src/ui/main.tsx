import { createRoot } from 'react-dom/client';
import { createClient } from '../client/client.ts';
import { connectEngine } from '../client/connection.ts';
import { App } from './app/App.tsx';
import { ClientContext } from './app/engine.tsx';
import { applyTheme, usePreferences } from './app/preferences.ts';
import './theme/tokens.css';
import './theme/base.css';

applyTheme(usePreferences.getState().theme);
usePreferences.subscribe((state) => applyTheme(state.theme));

const client = createClient(connectEngine());
void client.openWorkspace(usePreferences.getState().workspace);

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root');
createRoot(root).render(
  <ClientContext value={client}>
    <App />
  </ClientContext>,
);
