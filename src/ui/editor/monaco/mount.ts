/**
 * Monaco, its core and the few features that SQL needs, in a chunk that is loaded after the page is usable. Its colours
 * come from the theme's tokens.
 */
import * as monaco from 'monaco-editor/editor/editor.api.js';
import 'monaco-editor/features/bracketMatching/register.js';
import 'monaco-editor/editor/contrib/caretOperations/browser/caretOperations.js';
import 'monaco-editor/editor/common/standaloneStrings.js';
import 'monaco-editor/features/clipboard/register.js';
import 'monaco-editor/features/codeAction/register.js';
import 'monaco-editor/features/comment/register.js';
import 'monaco-editor/features/contextmenu/register.js';
import 'monaco-editor/features/cursorUndo/register.js';
import 'monaco-editor/features/find/register.js';
import 'monaco-editor/features/folding/register.js';
import 'monaco-editor/features/format/register.js';
import 'monaco-editor/features/gotoError/register.js';
import 'monaco-editor/features/hover/register.js';
import 'monaco-editor/features/indentation/register.js';
import 'monaco-editor/features/linesOperations/register.js';
import 'monaco-editor/features/multicursor/register.js';
import 'monaco-editor/features/parameterHints/register.js';
import 'monaco-editor/features/placeholderText/register.js';
import 'monaco-editor/editor/contrib/semanticTokens/browser/documentSemanticTokens.js';
import 'monaco-editor/features/semanticTokens/register.js';
import 'monaco-editor/features/smartSelect/register.js';
import 'monaco-editor/features/snippet/register.js';
import 'monaco-editor/editor/contrib/suggest/browser/suggestController.js';
import 'monaco-editor/features/suggest/register.js';
import 'monaco-editor/features/toggleTabFocusMode/register.js';
import 'monaco-editor/features/wordHighlighter/register.js';
import 'monaco-editor/features/wordOperations/register.js';
import 'monaco-editor/features/codicon/register.js';
import EditorWorker from 'monaco-editor/editor/editor.worker.js?worker';
import type { Client } from '../../../client/client.ts';
import { runAll, runCurrent } from '../../app/run.ts';
import { setView } from '../../app/view.ts';
import { shownTheme, usePreferences } from '../../app/preferences.ts';
import { formatEditor } from '../formatting.ts';
import type { EditorHandle } from '../handle.ts';
import { useEditorState, type Problem } from '../state.ts';
import { currentPart } from '../statements.ts';
import { LANGUAGE_ID, registerLanguage } from './ksql.ts';
import { defineThemes, themeName } from './themes.ts';

self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

export interface MountOptions {
  readonly client: Client;
  readonly text: string;
  readonly selection: { readonly start: number; readonly end: number };
  readonly theme: 'light' | 'dark';
  readonly onChange: (text: string) => void;
}

export function mountMonaco(
  container: HTMLElement,
  options: MountOptions,
): { readonly handle: EditorHandle; readonly dispose: () => void } {
  const { client } = options;
  const language = registerLanguage(client);
  defineThemes(options.theme);
  const model = monaco.editor.createModel(options.text, LANGUAGE_ID);
  model.updateOptions({ bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false } });
  const editor = monaco.editor.create(container, {
    model,
    theme: themeName(options.theme),
    ariaLabel: 'SQL editor. Press Control M to let Tab move the focus.',
    automaticLayout: true,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--font-mono'),
    fontSize: 13,
    lineHeight: 20,
    tabSize: 2,
    padding: { top: 8, bottom: 8 },
    minimap: { enabled: false },
    wordWrap: 'on',
    wrappingIndent: 'deepIndent',
    scrollBeyondLastLine: false,
    // Monaco dims the number of an empty last line below what can be read.
    renderFinalNewline: 'on',
    overviewRulerLanes: 0,
    overviewRulerBorder: false,
    hideCursorInOverviewRuler: true,
    lineNumbersMinChars: 3,
    lineDecorationsWidth: 12,
    renderLineHighlight: 'none',
    guides: { indentation: false },
    folding: true,
    showFoldingControls: 'mouseover',
    fixedOverflowWidgets: true,
    stickyScroll: { enabled: false },
    scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10, useShadows: false },
    wordBasedSuggestions: 'off',
    quickSuggestions: { other: true, comments: false, strings: false },
    suggest: { showStatusBar: false, preview: false },
    unicodeHighlight: { ambiguousCharacters: false },
    'semanticHighlighting.enabled': true,
    occurrencesHighlight: 'off',
    renderWhitespace: 'none',
  });
  const { KeyCode, KeyMod } = monaco;
  editor.addCommand(KeyMod.CtrlCmd | KeyCode.Enter, () => runCurrent(client));
  editor.addCommand(KeyMod.CtrlCmd | KeyMod.Shift | KeyCode.Enter, () => runAll(client));
  editor.addCommand(KeyMod.Shift | KeyMod.Alt | KeyCode.KeyF, () => formatEditor());
  editor.addCommand(KeyMod.CtrlCmd | KeyCode.KeyK, () => setView({ dialog: 'palette' }));

  const rangeOf = (start: number, end: number): monaco.Range =>
    monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(end));
  const selection = (): { start: number; end: number } => {
    const selected = editor.getSelection();
    if (selected === null) return { start: 0, end: 0 };
    return { start: model.getOffsetAt(selected.getStartPosition()), end: model.getOffsetAt(selected.getEndPosition()) };
  };
  const handle: EditorHandle = {
    text: () => model.getValue(),
    setText: (text) => model.setValue(text),
    selection,
    select(start, end) {
      const range = rangeOf(start, end);
      editor.setSelection(range);
      editor.revealRangeInCenterIfOutsideViewport(range);
    },
    replace(start, end, text) {
      editor.pushUndoStop();
      editor.executeEdits('weir', [{ range: rangeOf(start, end), text, forceMoveMarkers: true }]);
      editor.pushUndoStop();
    },
    focus: () => editor.focus(),
  };

  const current = editor.createDecorationsCollection();
  const follow = (): void => {
    const position = editor.getPosition();
    if (position !== null) useEditorState.setState({ cursor: { line: position.lineNumber, column: position.column } });
    const part = currentPart(model.getValue(), selection());
    current.set(
      part === undefined
        ? []
        : [
            {
              range: rangeOf(part.span.offset, part.span.offset + part.span.length),
              options: { isWholeLine: true, linesDecorationsClassName: 'editor-statement' },
            },
          ],
    );
  };
  const mark = (problems: readonly Problem[]): void =>
    monaco.editor.setModelMarkers(
      model,
      'weir',
      problems.map((problem) => {
        const range = rangeOf(problem.span.offset, problem.span.offset + Math.max(1, problem.span.length));
        return {
          ...range,
          startLineNumber: range.startLineNumber,
          startColumn: range.startColumn,
          endLineNumber: range.endLineNumber,
          endColumn: range.endColumn,
          severity: monaco.MarkerSeverity.Error,
          message: problem.hint === undefined ? problem.message : `${problem.message}\n${problem.hint}`,
          code: problem.code,
        };
      }),
    );
  const retheme = (): void => {
    const theme = shownTheme(usePreferences.getState().theme);
    defineThemes(theme);
    monaco.editor.setTheme(themeName(theme));
  };

  editor.setSelection(rangeOf(options.selection.start, options.selection.end));
  follow();
  mark(useEditorState.getState().problems);
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', retheme);
  const stop = [
    usePreferences.subscribe((state, before) => {
      if (state.theme !== before.theme) requestAnimationFrame(retheme);
    }),
    useEditorState.subscribe((state, before) => {
      if (state.problems !== before.problems) mark(state.problems);
    }),
    () => system.removeEventListener('change', retheme),
  ];
  const disposables = [
    model.onDidChangeContent(() => {
      options.onChange(model.getValue());
      follow();
    }),
    editor.onDidChangeCursorSelection(follow),
    language,
    editor,
    model,
  ];
  return {
    handle,
    dispose() {
      for (const end of stop) end();
      for (const disposable of disposables) disposable.dispose();
    },
  };
}
