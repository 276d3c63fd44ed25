import { ErrorBoundary } from '../components/ErrorBoundary.tsx';
import { useEngine } from './engine.tsx';
import { ConnectingScreen, FailedScreen, LockedScreen } from './screens.tsx';
import { Workbench } from './Workbench.tsx';
import './app.css';

export function App() {
  const phase = useEngine((state) => state.phase);
  switch (phase.kind) {
    case 'connecting':
      return <ConnectingScreen />;
    case 'locked':
      return <LockedScreen holder={phase.holder} />;
    case 'failed':
      return <FailedScreen error={phase.error} />;
    case 'open':
      return (
        <ErrorBoundary name="workbench">
          <Workbench />
        </ErrorBoundary>
      );
  }
}
