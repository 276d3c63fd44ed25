/** The panels of the picture, in the order of their tabs and of the keys 1, 2, 3... */
import type { PanelDefinition } from './panel.ts';
import { FunctionsPanel } from './functions/FunctionsPanel.tsx';
import { JoinsPanel } from './joins/JoinsPanel.tsx';
import { QueriesPanel } from './queries/QueriesPanel.tsx';
import { SchemasPanel } from './schemas/SchemasPanel.tsx';
import { TablesPanel } from './tables/TablesPanel.tsx';
import { TopicsPanel } from './topics/TopicsPanel.tsx';
import { TopologyPanel } from './topology/TopologyPanel.tsx';
import { WindowsPanel } from './windows/WindowsPanel.tsx';

export const PANELS: readonly PanelDefinition[] = [
  { id: 'topics', title: 'Topics', icon: 'topic', Component: TopicsPanel },
  { id: 'tables', title: 'Tables', icon: 'table', Component: TablesPanel },
  { id: 'queries', title: 'Queries', icon: 'query', Component: QueriesPanel },
  { id: 'topology', title: 'Topology', icon: 'graph', Component: TopologyPanel },
  { id: 'windows', title: 'Windows', icon: 'window', Component: WindowsPanel },
  { id: 'joins', title: 'Joins', icon: 'join', Component: JoinsPanel },
  { id: 'functions', title: 'Functions', icon: 'function', Component: FunctionsPanel },
  { id: 'schemas', title: 'Schemas', icon: 'file', Component: SchemasPanel },
];
