/**
 * Offsets from UTC as text, in the forms that java.time's `ZoneOffset.of` takes: `Z`, `+h`, `+hh`, `+hh:mm`, `+hhmm`,
 * `+hh:mm:ss`, `+hhmmss`, and the same with `-`, at most 18 hours from UTC.
 */
import { zeroPad } from './calendar.ts';

const OFFSET_TEXT = /^([+-])(?:(\d)|(\d\d)(?:(\d\d)(\d\d)?|:(\d\d)(?::(\d\d))?)?)$/;
const MAX_OFFSET_SECONDS = 18 * 3600;

/** Seconds east of UTC; `undefined` if the text is no offset. */
export function parseOffset(text: string): number | undefined {
  if (text === 'Z') return 0;
  const match = OFFSET_TEXT.exec(text);
  if (match === null) return undefined;
  const minutes = Number(match[4] ?? match[6] ?? '0');
  const seconds = Number(match[5] ?? match[7] ?? '0');
  if (minutes > 59 || seconds > 59) return undefined;
  const total = Number(match[2] ?? match[3]) * 3600 + minutes * 60 + seconds;
  if (total > MAX_OFFSET_SECONDS) return undefined;
  return match[1] === '-' && total !== 0 ? -total : total;
}

/** `Z`, `+01:00`, `-03:30`, with seconds only if there are any: java.time's id of an offset. */
export function formatOffset(offsetSeconds: number): string {
  if (offsetSeconds === 0) return 'Z';
  const total = Math.abs(offsetSeconds);
  const text = `${offsetSeconds < 0 ? '-' : '+'}${zeroPad(Math.floor(total / 3600), 2)}:${zeroPad(Math.floor(total / 60) % 60, 2)}`;
  return total % 60 === 0 ? text : `${text}:${zeroPad(total % 60, 2)}`;
}
