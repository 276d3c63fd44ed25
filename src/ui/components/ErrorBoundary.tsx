import { Component, type ErrorInfo, type ReactNode } from 'react';
import { toWireError } from '../../client/errors.ts';
import { Button, ErrorNote } from './controls.tsx';

interface Props {
  readonly name: string;
  readonly children: ReactNode;
}
interface State {
  readonly cause: unknown;
  readonly failed: boolean;
}

/** Keeps a panel that fails from taking the page with it. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { cause: undefined, failed: false };

  static getDerivedStateFromError(cause: unknown): State {
    return { cause, failed: true };
  }

  override componentDidCatch(cause: unknown, info: ErrorInfo): void {
    console.error(`The panel ${this.props.name} failed`, cause, info.componentStack);
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <div style={{ padding: 'var(--space-4)' }}>
        <ErrorNote error={toWireError(this.state.cause)}>
          <Button small onPress={() => this.setState({ cause: undefined, failed: false })}>
            Show {this.props.name} again
          </Button>
        </ErrorNote>
      </div>
    );
  }
}
