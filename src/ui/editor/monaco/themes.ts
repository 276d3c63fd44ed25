/** Monaco's themes, made of the page's tokens. */
import * as monaco from 'monaco-editor/editor/editor.api.js';

export const themeName = (theme: 'light' | 'dark'): string => `weir-${theme}`;

/** The value of a token as `#rrggbb`, as the page shows it now. */
function tokenColor(probe: HTMLElement, token: string): string {
  probe.style.color = `var(${token})`;
  const parts = getComputedStyle(probe).color.match(/[\d.]+/g) ?? [];
  return `#${parts
    .slice(0, 3)
    .map((part) => Math.round(Number(part)).toString(16).padStart(2, '0'))
    .join('')}`;
}

export function defineThemes(theme: 'light' | 'dark'): void {
  const probe = document.createElement('span');
  document.body.append(probe);
  const color = (token: string): string => tokenColor(probe, token);
  const rule = (token: string, name: string, fontStyle = '') => ({
    token,
    foreground: color(name).slice(1),
    fontStyle,
  });
  monaco.editor.defineTheme(themeName(theme), {
    base: theme === 'dark' ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [
      rule('', '--fg'),
      rule('keyword', '--sql-keyword'),
      rule('function', '--sql-function'),
      rule('string', '--sql-string'),
      rule('number', '--sql-number'),
      rule('type', '--sql-keyword'),
      rule('comment', '--sql-comment'),
      rule('operator', '--fg-2'),
      rule('delimiter', '--fg-2'),
      rule('identifier', '--fg'),
      rule('identifier.quoted', '--fg'),
    ],
    colors: {
      'editor.background': color('--surface'),
      'editor.foreground': color('--fg'),
      'editorLineNumber.foreground': color('--fg-3'),
      'editorLineNumber.activeForeground': color('--fg'),
      'editorCursor.foreground': color('--accent'),
      'editorWidget.background': color('--raised'),
      'editorWidget.border': color('--line-strong'),
      'editorHoverWidget.background': color('--raised'),
      'editorHoverWidget.border': color('--line-strong'),
      'editorSuggestWidget.background': color('--raised'),
      'editorSuggestWidget.border': color('--line-strong'),
      'editorSuggestWidget.selectedBackground': color('--active'),
      'editorSuggestWidget.selectedForeground': color('--fg'),
      'editorSuggestWidget.highlightForeground': color('--accent'),
      'editorSuggestWidget.focusHighlightForeground': color('--accent'),
      'editorError.foreground': color('--bad'),
      'scrollbar.shadow': color('--surface'),
      focusBorder: color('--focus'),
    },
  });
  probe.remove();
}
