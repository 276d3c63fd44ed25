/**
 * The page's keys. One with Mod or Alt works everywhere; a bare one outside of inputs, menus and dialogs only. The
 * editor sees its own keys first.
 */
import { useEffect } from 'react';
import { COMMANDS, IS_MAC, type Command } from './commands.ts';
import { useClient } from './engine.tsx';
import { matches, parseKeys, type KeyStroke } from './keystroke.ts';

/** Whether the element takes bare keys itself. */
function takesKeys(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  return (
    target.closest(
      'input, textarea, select, button, [role="menu"], [role="listbox"]:not(.topic-log, .timeline), [role="dialog"], [role="separator"], [role="tab"], .monaco-editor',
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
