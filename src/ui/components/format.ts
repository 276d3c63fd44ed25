/** Numbers, sizes and times as the panels print them. */
const INTEGER = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export const formatCount = (count: number): string => INTEGER.format(count);

/** Short form for narrow places: `999`, `12.3k`, `4.56M`. */
export function formatCompact(count: number): string {
  if (Math.abs(count) < 1000) return String(Math.round(count));
  const [divisor, unit] = Math.abs(count) < 1e6 ? [1e3, 'k'] : Math.abs(count) < 1e9 ? [1e6, 'M'] : [1e9, 'G'];
  const value = count / divisor;
  return `${value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : Math.round(value)}${unit}`;
}

export function formatBytes(sizeBytes: number): string {
  if (sizeBytes < 1024) return `${sizeBytes} B`;
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let value = sizeBytes;
  let unit = 'B';
  for (const next of units) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  return `${value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

export function formatRate(perSecond: number): string {
  if (perSecond === 0) return '0/s';
  return perSecond < 10 ? `${perSecond.toFixed(1)}/s` : `${formatCompact(perSecond)}/s`;
}

/** UTC, to the millisecond: `2001-01-01 00:47:00.000`. */
export function formatTime(timestampMs: number): string {
  if (!Number.isFinite(timestampMs) || Math.abs(timestampMs) > 8.64e15) return String(timestampMs);
  return new Date(timestampMs).toISOString().replace('T', ' ').replace('Z', '');
}

export const plural = (count: number, singular: string, many = `${singular}s`): string =>
  `${formatCount(count)} ${count === 1 ? singular : many}`;

/** One line of a longer text, for a tab or a list. */
export function shorten(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

/** A name that is too long, without its middle: long names differ at their ends. */
export function shortenMiddle(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = Math.max(1, max - 1);
  const head = Math.ceil(kept / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (kept - head))}`;
}
