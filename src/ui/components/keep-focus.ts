/** When a step of a dialog takes the focused button away, the dialog has the focus: Escape and Tab go on working. */
import { useEffect, type RefObject } from 'react';

export function useKeptFocus(inside: RefObject<HTMLElement | null>, step: unknown): void {
  useEffect(() => {
    if (document.activeElement !== document.body && document.activeElement !== null) return;
    inside.current?.closest<HTMLElement>('[role="dialog"]')?.focus();
  }, [inside, step]);
}
