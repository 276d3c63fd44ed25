/**
 * The page's keys. One with Mod or Alt works everywhere; a bare one outside of inputs, menus and dialogs only. The
 * editor sees its own keys first.
 */
import { useEffect } from 'react';
import { COMMANDS, IS_MAC, type Command } from './commands.ts';
import { useClient } from './engine.tsx';

export interface KeyStroke {
  readonly key: string;
  readonly mod: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
}

export function parseKeys(keys: string): KeyStroke {
  const parts = keys.split('-');
  const key = parts.at(-1) ?? '';
  return {
    key: (key === 'Space' ? ' ' : key).toLowerCase(),
    mod: parts.includes('Mod'),
    shift: parts.includes('Shift'),
    alt: parts.includes('Alt'),
  };
}

export function matches(stroke: KeyStroke, event: KeyboardEvent, isMac: boolean): boolean {
  const mod = isMac ? event.metaKey : event.ctrlKey;
  // With Alt a Mac types another character: the physical key says which was meant.
  const key = stroke.alt && event.code.startsWith('Key') ? event.code.slice(3).toLowerCase() : event.key.toLowerCase();
  const symbol = /^[^a-z0-9 ]$/.test(stroke.key);
  return (
    key === stroke.key &&
    mod === stroke.mod &&
    event.altKey === stroke.alt &&
    (symbol || event.shiftKey === stroke.shift)
  );
}

/** Whether the element takes bare keys itself. */
function takesKeys(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  return (
    target.closest(
      'input, textarea, select, button, [role="menu"], [role="listbox"], [role="dialog"], [role="separator"], [role="tab"], .monaco-editor',
    ) !== null
  );
}

const STROKES: readonly { readonly command: Command; readonly stroke: KeyStroke }[] = COMMANDS.flatMap((command) =>
  command.keys === undefined ? [] : [{ command, stroke: parseKeys(command.keys) }],
);

export function useKeys(): void {
  const client = useClient();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      for (const { command, stroke } of STROKES) {
        if (!matches(stroke, event, IS_MAC)) continue;
        const bare = !stroke.mod && !stroke.alt;
        // Space presses a focused button; the other bare keys mean nothing there.
        if (bare && takesKeys(event.target)) {
          const onButton = event.target instanceof HTMLElement && event.target.closest('button, [role="tab"]') !== null;
          if (!onButton || stroke.key === ' ') return;
        }
        event.preventDefault();
        command.run(client);
        return;
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [client]);
}
