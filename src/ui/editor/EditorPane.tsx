import { useEffect, useRef, useState } from 'react';
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { Button, Tip } from '../components/controls.tsx';
import { Icon } from '../components/Icon.tsx';
import { printKeys } from '../app/commands.ts';
import { useClient, useEngine } from '../app/engine.tsx';
import { setPreferences, shownTheme, usePreferences } from '../app/preferences.ts';
import { runAll, runCurrent } from '../app/run.ts';
import { STARTING_TEXT } from '../../lessons/flights.ts';
import { useResults } from '../results/results.ts';
import { ShareMenu } from '../share/ShareMenu.tsx';
import { formatEditor } from './formatting.ts';
import { editor, setEditorHandle, type EditorHandle } from './handle.ts';
import { useEditorState, type Problem } from './state.ts';
import './editor.css';

const SAVE_DELAY_MS = 250;
const DIAGNOSE_DELAY_MS = 180;

/** Keeps the text of a workspace, some moments after the last key. */
function createSaver(workspace: string) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pending: string | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    if (pending === undefined) return;
    const text = pending;
    pending = undefined;
    setPreferences((p) => ({ texts: { ...p.texts, [workspace]: text } }));
  };
  return {
    flush,
    save(text: string): void {
      pending = text;
      clearTimeout(timer);
      timer = setTimeout(flush, SAVE_DELAY_MS);
    },
  };
}

let diagnoseTimer: ReturnType<typeof setTimeout> | undefined;
function diagnoseSoon(text: string): void {
  clearTimeout(diagnoseTimer);
  diagnoseTimer = setTimeout(() => {
    import('./language.ts').then(
      ({ diagnose }) => {
        if (editor.text() === text) useEditorState.setState({ problems: diagnose(text) });
      },
      (cause: unknown) => console.error('The parser could not be loaded', cause),
    );
  }, DIAGNOSE_DELAY_MS);
}

function textAreaHandle(area: HTMLTextAreaElement, onChange: (text: string) => void): EditorHandle {
  return {
    text: () => area.value,
    setText(text) {
      area.value = text;
      onChange(text);
    },
    selection: () => ({ start: area.selectionStart, end: area.selectionEnd }),
    select: (start, end) => area.setSelectionRange(start, end),
    replace(start, end, text) {
      area.setRangeText(text, start, end, 'end');
      onChange(area.value);
    },
    focus: () => area.focus(),
  };
}

export function EditorPane() {
  const client = useClient();
  const workspace = useEngine((s) => s.workspace);
  const host = useRef<HTMLDivElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const [initialText] = useState(() => usePreferences.getState().texts[workspace] ?? STARTING_TEXT);
  const monaco = useEditorState((s) => s.monaco);

  useEffect(() => {
    const container = host.current;
    const textArea = area.current;
    if (container === null || textArea === null) return;
    const saver = createSaver(workspace);
    const onChange = (text: string): void => {
      saver.save(text);
      diagnoseSoon(text);
    };
    const onInput = (): void => onChange(textArea.value);
    textArea.addEventListener('input', onInput);
    setEditorHandle(textAreaHandle(textArea, onChange));
    diagnoseSoon(textArea.value);
    addEventListener('pagehide', saver.flush);

    let disposed = false;
    let dispose: (() => void) | undefined;
    import('./monaco/mount.ts').then(
      ({ mountMonaco }) => {
        if (disposed) return;
        const hadFocus = document.activeElement === textArea;
        const mounted = mountMonaco(container, {
          client,
          text: textArea.value,
          selection: { start: textArea.selectionStart, end: textArea.selectionEnd },
          theme: shownTheme(usePreferences.getState().theme),
          onChange,
        });
        dispose = mounted.dispose;
        setEditorHandle(mounted.handle);
        useEditorState.setState({ monaco: 'ready' });
        if (hadFocus) mounted.handle.focus();
      },
      (cause: unknown) => {
        console.error('Monaco could not be loaded; the plain editor stays', cause);
        useEditorState.setState({ monaco: 'failed' });
      },
    );
    return () => {
      disposed = true;
      saver.flush();
      removeEventListener('pagehide', saver.flush);
      textArea.removeEventListener('input', onInput);
      setEditorHandle(undefined);
      dispose?.();
      useEditorState.setState({ monaco: 'loading' });
    };
  }, [client, workspace]);

  return (
    <section className="pane" aria-label="SQL editor">
      <EditorToolbar />
      <div className="editor-host">
        <div ref={host} className="editor-monaco" hidden={monaco !== 'ready'} />
        <textarea
          ref={area}
          className="editor-area"
          aria-label="SQL"
          spellCheck={false}
          autoCapitalize="off"
          autoCorrect="off"
          hidden={monaco === 'ready'}
          defaultValue={initialText}
          onKeyDown={(event) => {
            // Monaco has its own bindings; the plain area leaves these to the page's keys.
            if (event.key === 'Tab' && !event.shiftKey && event.altKey) event.preventDefault();
          }}
        />
      </div>
      <EditorStatus />
    </section>
  );
}

function EditorToolbar() {
  const client = useClient();
  return (
    <div className="tab-bar editor-bar" role="toolbar" aria-label="Editor">
      <Tip text="Run the selection or the statement at the cursor" keys={printKeys('Mod-Enter')}>
        <AriaButton className="button primary" onPress={() => runCurrent(client)}>
          <Icon name="play" size={14} />
          Run
        </AriaButton>
      </Tip>
      <Tip text="Run all statements" keys={printKeys('Mod-Shift-Enter')}>
        <AriaButton className="button quiet" onPress={() => runAll(client)}>
          Run all
        </AriaButton>
      </Tip>
      <Tip text="Format the statements" keys={printKeys('Shift-Alt-F')}>
        <AriaButton className="button quiet" onPress={formatEditor}>
          Format
        </AriaButton>
      </Tip>
      <ShareMenu />
      <span className="spacer" />
      <Running />
      <span className="editor-keys" aria-hidden="true">
        <kbd>{printKeys('Mod-Enter')}</kbd> runs the statement
      </span>
    </div>
  );
}

/** Says that something is being executed, and lets one end what takes long. */
function Running() {
  const client = useClient();
  const isRunning = useResults((s) => s.running > 0);
  const [takesLong, setTakesLong] = useState(false);
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setTimeout(() => setTakesLong(true), LONG_MS);
    return () => {
      clearTimeout(timer);
      setTakesLong(false);
    };
  }, [isRunning]);
  return (
    <>
      <span className="editor-running" role="status">
        {isRunning ? 'Running…' : ''}
      </span>
      {isRunning && takesLong && (
        <Button small label="Stop what is running" onPress={() => void client.api.interrupt().catch(client.report)}>
          Stop
        </Button>
      )}
    </>
  );
}

const LONG_MS = 1_000;

function applyRewrite(problem: Problem): void {
  const { rewrite } = problem;
  if (rewrite !== undefined)
    editor.replace(rewrite.span.offset, rewrite.span.offset + rewrite.span.length, rewrite.text);
}

const jumpTo = ({ span }: Problem): void => editor.select(span.offset, span.offset + span.length);

function EditorStatus() {
  const problems = useEditorState((s) => s.problems);
  const cursor = useEditorState((s) => s.cursor);
  const monaco = useEditorState((s) => s.monaco);
  const first = problems[0];
  return (
    <div className="editor-status">
      {first === undefined ? (
        <span className="editor-clean">
          <Icon name="check" size={12} /> No syntax errors
        </span>
      ) : (
        <>
          <DialogTrigger>
            <AriaButton className="editor-problems" aria-label={`${problems.length} problems: list them`}>
              <Icon name="alert" size={12} /> {problems.length}
            </AriaButton>
            <Popover className="popover problem-list" placement="top start">
              <Dialog aria-label="Problems">
                <ul>
                  {problems.map((problem, index) => (
                    <li key={index}>
                      <ProblemLine problem={problem} />
                      {problem.hint !== undefined && <div className="problem-hint">{problem.hint}</div>}
                    </li>
                  ))}
                </ul>
              </Dialog>
            </Popover>
          </DialogTrigger>
          <ProblemLine problem={first} />
        </>
      )}
      <span className="spacer" />
      {monaco === 'loading' && <span>Loading the editor…</span>}
      {monaco === 'failed' && <span>Plain editor</span>}
      <span className="mono">
        Ln {cursor.line}, Col {cursor.column}
      </span>
    </div>
  );
}

function ProblemLine({ problem }: { readonly problem: Problem }) {
  return (
    <span className="problem-line">
      <AriaButton className="problem-jump truncate" onPress={() => jumpTo(problem)}>
        <span className="mono">
          Ln {problem.span.line}, Col {problem.span.column}
        </span>{' '}
        {problem.message}
      </AriaButton>
      {problem.rewrite !== undefined && (
        <Button kind="link" onPress={() => applyRewrite(problem)}>
          {problem.rewrite.title}
        </Button>
      )}
    </span>
  );
}
