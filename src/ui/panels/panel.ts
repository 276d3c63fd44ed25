import type { ComponentType } from 'react';
import type { IconName } from '../components/Icon.tsx';

export interface PanelDefinition {
  readonly id: string;
  readonly title: string;
  readonly icon: IconName;
  readonly Component: ComponentType;
}
