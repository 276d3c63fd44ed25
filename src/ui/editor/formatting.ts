/** Formats the editor's statements; the formatter is loaded with the first use. */
import { editor } from './handle.ts';

export async function formatText(text: string): Promise<string> {
  const { formatScript } = await import('./language.ts');
  return formatScript(text);
}

export function formatEditor(): void {
  const text = editor.text();
  formatText(text).then(
    (formatted) => {
      if (editor.text() === text && formatted !== text) editor.replace(0, text.length, formatted);
    },
    (cause: unknown) => console.error('The formatter failed', cause),
  );
}
