/** The panels of the picture, in the order of their tabs and of the keys 1, 2, 3... */
import type { PanelDefinition } from './panel.ts';
import { QueriesPanel } from './queries/QueriesPanel.tsx';
import { TablesPanel } from './tables/TablesPanel.tsx';
import { TopicsPanel } from './topics/TopicsPanel.tsx';
import { TopologyPanel } from './topology/TopologyPanel.tsx';

export const PANELS: readonly PanelDefinition[] = [
  { id: 'topics', title: 'Topics', icon: 'topic', Component: TopicsPanel },
  { id: 'tables', title: 'Tables', icon: 'table', Component: TablesPanel },
  { id: 'queries', title: 'Queries', icon: 'query', Component: QueriesPanel },
  { id: 'topology', title: 'Topology', icon: 'graph', Component: TopologyPanel },
];
