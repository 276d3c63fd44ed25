/** From a file to a stream or table: what the import is about to do, editable; then how far it is. */
import { useEffect, useRef, useState } from 'react';
import { toWireError } from '../../client/errors.ts';
import type { ImportPlan, ImportProgress, WireError } from '../../protocol/api.ts';
import { useClient, useEngine } from '../app/engine.tsx';
import { setPreferences } from '../app/preferences.ts';
import { setView, showTopic, useView, type ImportRequest } from '../app/view.ts';
import { Button, ErrorNote, Modal } from '../components/controls.tsx';
import { formatBytes, formatCount, plural } from '../components/format.ts';
import { useKeptFocus } from '../components/keep-focus.ts';
import { editor } from '../editor/handle.ts';
import { PlanForm } from './PlanForm.tsx';
import './import.css';

export function ImportDialog() {
  const importing = useView((view) => view.importing);
  const close = (): void => setView({ importing: undefined });
  return (
    <Modal
      title={importing === undefined ? 'Import' : `Import ${importing.fileName}`}
      isOpen={importing !== undefined}
      onClose={close}
      width={820}
    >
      {importing !== undefined && <ImportFlow request={importing} onClose={close} />}
    </Modal>
  );
}

type Step =
  | { readonly kind: 'reading' }
  | { readonly kind: 'plan'; readonly plan: ImportPlan; readonly error?: WireError | undefined; readonly busy: boolean }
  | { readonly kind: 'loading'; readonly plan: ImportPlan; readonly id: string }
  | { readonly kind: 'failed'; readonly error: WireError };

function ImportFlow({ request, onClose }: { readonly request: ImportRequest; readonly onClose: () => void }) {
  const client = useClient();
  const [step, setStep] = useState<Step>({ kind: 'reading' });

  useEffect(() => {
    let current = true;
    client.api.planImport(request.file, request.fileName).then(
      (plan) => current && setStep({ kind: 'plan', plan, busy: false }),
      (cause: unknown) => current && setStep({ kind: 'failed', error: toWireError(cause) }),
    );
    return () => {
      current = false;
    };
  }, [client, request]);

  /** The answer to the latest edit of a field: a press on the way from that field to the button waits for it. */
  const replanned = useRef<Promise<ImportPlan> | undefined>(undefined);
  const replan = (plan: ImportPlan): void => {
    setStep({ kind: 'plan', plan, busy: false });
    replanned.current = client.api.replanImport(plan);
    replanned.current.then(
      (answer) =>
        // Only the answer to the latest edit counts.
        setStep((now) =>
          now.kind === 'plan' && now.plan === plan ? { kind: 'plan', plan: answer, busy: now.busy } : now,
        ),
      (cause: unknown) =>
        setStep((now) =>
          now.kind === 'plan' ? { kind: 'plan', plan: now.plan, error: toWireError(cause), busy: false } : now,
        ),
    );
  };
  const start = async (shown: ImportPlan): Promise<void> => {
    let plan = shown;
    setStep({ kind: 'plan', plan, busy: true });
    try {
      plan = (await replanned.current) ?? plan;
      setStep({ kind: 'plan', plan, busy: true });
      setStep({ kind: 'loading', plan, id: await client.api.startImport(request.file, plan) });
    } catch (cause) {
      setStep({ kind: 'plan', plan, error: toWireError(cause), busy: false });
    }
  };

  switch (step.kind) {
    case 'reading':
      return (
        <p className="import-wait" role="status">
          Looking at the first part of {request.fileName}, {formatBytes(request.file.size)}…
        </p>
      );
    case 'failed':
      return (
        <div className="import-wait">
          <ErrorNote error={step.error} />
        </div>
      );
    case 'plan':
      return (
        <>
          <div className="import-body">
            {step.error !== undefined && <ErrorNote error={step.error} />}
            <PlanForm
              plan={step.plan}
              onChange={replan}
              onStatement={(statement) => {
                replanned.current = undefined;
                setStep({ ...step, plan: { ...step.plan, statement } });
              }}
            />
          </div>
          <footer>
            <span className="import-size">
              {step.plan.format.toUpperCase()} · {formatBytes(request.file.size)}
            </span>
            <span className="spacer" />
            <Button onPress={onClose}>Cancel</Button>
            <Button kind="primary" isDisabled={step.busy} onPress={() => void start(step.plan)}>
              Create and load
            </Button>
          </footer>
        </>
      );
    case 'loading':
      return <Loading plan={step.plan} id={step.id} onClose={onClose} />;
  }
}

const STATES: Record<ImportProgress['state'], string> = {
  running: 'Loading',
  done: 'Loaded',
  cancelled: 'Cancelled; what was loaded stays',
  failed: 'Failed',
};

function Loading(props: { readonly plan: ImportPlan; readonly id: string; readonly onClose: () => void }) {
  const { plan, id, onClose } = props;
  const client = useClient();
  const progress = useEngine((s) => s.imports.get(id));
  const running = progress === undefined || progress.state === 'running';
  const body = useRef<HTMLDivElement>(null);
  useKeptFocus(body, running);
  const share = progress === undefined || progress.totalBytes === 0 ? 0 : progress.readBytes / progress.totalBytes;
  return (
    <>
      <div ref={body} className="import-body">
        <div className="import-state" role="status">
          <span>
            {STATES[progress?.state ?? 'running']} {plan.sourceName}
          </span>
          <span className="spacer" />
          <span className="mono">{plural(progress?.records ?? 0, 'record')}</span>
        </div>
        <div
          className={`progress ${progress?.state ?? 'running'}`}
          role="progressbar"
          aria-label="Loaded"
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(share * 100)}
        >
          <span style={{ transform: `scaleX(${progress?.state === 'done' ? 1 : share})` }} />
        </div>
        <div className="import-size">
          {formatBytes(progress?.readBytes ?? 0)} of {formatBytes(progress?.totalBytes ?? 0)}
          {(progress?.badRows ?? 0) > 0 && (
            <span className="import-bad"> · {plural(progress?.badRows ?? 0, 'bad row')}, left out</span>
          )}
        </div>
        {progress?.error !== undefined && <ErrorNote error={progress.error} />}
        {progress !== undefined && progress.badRowSamples.length > 0 && (
          <div className="bad-rows" role="region" aria-label="Bad rows" tabIndex={0}>
            <table>
              <thead>
                <tr>
                  <th>Line</th>
                  <th>Why</th>
                  <th>Text</th>
                </tr>
              </thead>
              <tbody>
                {progress.badRowSamples.map((row, i) => (
                  <tr key={i}>
                    <td className="mono">{formatCount(row.line)}</td>
                    <td className="truncate" title={row.reason}>
                      {row.reason}
                    </td>
                    <td className="mono truncate" title={row.text}>
                      {row.text}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {progress.badRows > progress.badRowSamples.length && (
              <p>The first {progress.badRowSamples.length} are listed.</p>
            )}
          </div>
        )}
      </div>
      <footer>
        {running ? (
          <>
            <Button onPress={() => void client.api.cancelImport(id).catch(client.report)}>Cancel the import</Button>
            <Button kind="primary" onPress={onClose}>
              Go on in the background
            </Button>
          </>
        ) : (
          <>
            <Button
              onPress={() => {
                editor.append(`SELECT * FROM ${plan.sourceName} EMIT CHANGES LIMIT 20;`);
                onClose();
              }}
            >
              Insert a query
            </Button>
            <Button
              kind="primary"
              onPress={() => {
                setPreferences({ rightTab: 'topics' });
                showTopic(plan.topic);
                onClose();
              }}
            >
              See the topic
            </Button>
          </>
        )}
      </footer>
    </>
  );
}
