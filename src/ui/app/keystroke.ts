/** Keys as the list of commands writes them, `Mod-Shift-Enter`, and whether an event is one of them. */
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

/** What a keyboard event tells. */
export interface KeyEvent {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

export function matches(stroke: KeyStroke, event: KeyEvent, isMac: boolean): boolean {
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
