/** The theme's tokens as colours that a canvas takes, read once per theme. */
import { KEY_HUES } from './key-color.ts';

export interface CanvasColors {
  readonly surface: string;
  readonly sunken: string;
  readonly hover: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly fg: string;
  readonly fg2: string;
  readonly fg3: string;
  readonly accent: string;
  readonly warn: string;
  readonly ok: string;
  readonly bad: string;
  readonly keys: readonly string[];
}

let cached: CanvasColors | undefined;

export function canvasColors(): CanvasColors {
  if (cached !== undefined) return cached;
  const probe = document.createElement('span');
  document.body.append(probe);
  const read = (token: string): string => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  cached = {
    surface: read('--surface'),
    sunken: read('--sunken'),
    hover: read('--hover'),
    line: read('--line'),
    lineStrong: read('--line-strong'),
    fg: read('--fg'),
    fg2: read('--fg-2'),
    fg3: read('--fg-3'),
    accent: read('--accent'),
    warn: read('--warn'),
    ok: read('--ok'),
    bad: read('--bad'),
    keys: Array.from({ length: KEY_HUES }, (_, i) => read(`--key-${i}`)),
  };
  probe.remove();
  return cached;
}

/** Calls back when the colours have changed: the system's theme or the page's choice. */
export function onColorsChange(listener: () => void): () => void {
  const changed = (): void => {
    cached = undefined;
    listener();
  };
  const system = matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  system.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    system.removeEventListener('change', changed);
  };
}
