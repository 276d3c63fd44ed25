/**
 * A JSON value over several lines. Numbers keep their text, since reading and printing them again would change those
 * beyond 2^53; so the text is indented as it is, not parsed. Anything that is not an object or array stays as it is.
 */
export function prettyValue(text: string): string {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return text;
  let out = '';
  let depth = 0;
  let inString = false;
  for (let i = 0; i < trimmed.length; i++) {
    const c = trimmed[i] ?? '';
    if (inString) {
      out += c;
      if (c === '\\') out += trimmed[++i] ?? '';
      else if (c === '"') inString = false;
    } else if (c === '"') {
      inString = true;
      out += c;
    } else if (c === '{' || c === '[') {
      const close = c === '{' ? '}' : ']';
      const rest = trimmed.slice(i + 1).trimStart();
      if (rest.startsWith(close)) {
        out += c + close;
        i = trimmed.indexOf(close, i);
      } else out += `${c}\n${'  '.repeat(++depth)}`;
    } else if (c === '}' || c === ']') {
      depth = Math.max(0, depth - 1);
      out += `\n${'  '.repeat(depth)}${c}`;
    } else if (c === ',') out += `,\n${'  '.repeat(depth)}`;
    else if (c === ':') out += ': ';
    else if (!/\s/.test(c)) out += c;
  }
  return out;
}
