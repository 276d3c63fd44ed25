/**
 * Reads dates and times by a pattern (`pattern-elements.ts`), as java.time's strict parser does, without regard to case.
 * Each element is tried at a position and answers the position behind what it read, or `~position` of what it could not.
 */
import { parseOffset } from './offset.ts';
import { READABLE_ZONE_NAMES, regionOfName } from './names.ts';
import { ParsedFields } from './parsed-fields.ts';
import type { Element, NumberElement, OffsetShape } from './pattern-elements.ts';
import { findZone, FixedZone } from './zone.ts';

/**
 * Reads the text, the whole of it or as much of it as the pattern covers.
 * @returns the fields, or the position of the first character that does not fit
 */
export function parseByPattern(
  elements: readonly Element[],
  text: string,
  part: 'whole' | 'leading' = 'whole',
): ParsedFields | number {
  const fields = new ParsedFields();
  const end = parseAll(elements, text, 0, fields);
  if (end < 0) return ~end;
  return part === 'whole' && end < text.length ? end : fields;
}

function parseAll(elements: readonly Element[], text: string, at: number, fields: ParsedFields): number {
  let position = at;
  for (const element of elements) {
    position = parseOne(element, text, position, fields);
    if (position < 0) return position;
  }
  return position;
}

function parseOne(element: Element, text: string, at: number, fields: ParsedFields): number {
  switch (element.kind) {
    case 'literal':
      return startsWith(text, element.text, at) ? at + element.text.length : ~at;
    case 'number':
      return parseNumber(element, text, at, fields);
    case 'fraction':
      return parseFraction(element.width, text, at, fields);
    case 'text': {
      const names = element.names.names[element.style];
      let best = -1;
      names.forEach((name, i) => {
        if (startsWith(text, name, at) && name.length > (names[best]?.length ?? 0)) best = i;
      });
      const length = names[best]?.length;
      if (length === undefined || !fields.set(element.field, best + element.names.first)) return ~at;
      return at + length;
    }
    case 'offset':
      return parseOffsetShape(element.shape, element.zero, text, at, fields);
    case 'localizedOffset': {
      const match = sticky(/GMT([+-]\d{1,2}(?::\d\d(?::\d\d)?)?)?/iy, text, at);
      const seconds = match === null ? undefined : offsetSecondsOf(match[1] ?? 'Z');
      if (match === null || seconds === undefined) return ~at;
      fields.offsetSeconds = seconds;
      return at + match[0].length;
    }
    case 'zoneId':
      return parseZoneId(text, at, fields);
    case 'zoneText': {
      const name = READABLE_ZONE_NAMES.find(
        (candidate) => startsWith(text, candidate, at) && !isLetter(text, at + candidate.length),
      );
      if (name === undefined) return parseZoneId(text, at, fields);
      fields.zone = findZone(regionOfName(name) ?? name);
      return at + name.length;
    }
    case 'optional': {
      const before = fields.copy();
      const end = parseAll(element.elements, text, at, fields);
      if (end >= 0) return end;
      fields.restore(before);
      return at;
    }
    case 'pad': {
      const end = at + element.width;
      if (end > text.length) return ~at;
      let start = at;
      while (start < end && text[start] === ' ') start++;
      const read = parseOne(element.element, text.slice(0, end), start, fields);
      return read === end ? end : ~start;
    }
  }
}

function startsWith(text: string, part: string, at: number): boolean {
  return text.startsWith(part, at) || text.slice(at, at + part.length).toLowerCase() === part.toLowerCase();
}

function isLetter(text: string, at: number): boolean {
  return /[A-Za-z]/.test(text.charAt(at));
}

function sticky(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}

function countDigits(text: string, at: number, most: number): number {
  let count = 0;
  while (count < most && isDigit(text, at + count)) count++;
  return count;
}

function parseNumber(element: NumberElement, text: string, at: number, fields: ParsedFields): number {
  const { minWidth, maxWidth, sign, reserved } = element;
  const first = text[at];
  const signed = (first === '+' && sign === 'exceeding') || (first === '-' && sign !== 'never');
  const start = signed ? at + 1 : at;
  let width = countDigits(text, start, maxWidth + reserved);
  if (reserved > 0) width = Math.min(width, Math.max(minWidth, width - reserved));
  if (width < minWidth) return ~at;
  if (sign === 'exceeding' && first === '+' && width <= minWidth) return ~at;
  if (sign === 'exceeding' && !signed && width > minWidth) return ~at;
  const digits = Number(text.slice(start, start + width));
  if (first === '-' && digits === 0) return ~at;
  const value = element.reduced ? digits + 2000 : first === '-' ? -digits : digits;
  return fields.set(element.field, value) ? start + width : ~at;
}

function parseFraction(width: number, text: string, at: number, fields: ParsedFields): number {
  if (countDigits(text, at, width) < width) return ~at;
  const nanos = Number(text.slice(at, at + width).padEnd(9, '0'));
  return fields.set('nano', nanos) ? at + width : ~at;
}

function parseOffsetShape(shape: OffsetShape, zero: string, text: string, at: number, fields: ParsedFields): number {
  const colon = shape.colon ? ':' : '';
  const minutes = `${colon}\\d\\d`;
  const seconds = shape.seconds === 'needed' ? `(?:${colon}\\d\\d)?` : '';
  const pattern = shape.minutes === 'needed' ? `(?:${minutes})?` : minutes + seconds;
  const match = sticky(offsetPattern(`[+-]\\d\\d${pattern}`), text, at);
  const offset = match === null ? undefined : parseOffset(match[0]);
  if (match !== null && offset !== undefined) {
    fields.offsetSeconds = offset;
    return at + match[0].length;
  }
  if (!startsWith(text, zero, at)) return ~at;
  fields.offsetSeconds = 0;
  return at + zero.length;
}

const offsetPatterns = new Map<string, RegExp>();

function offsetPattern(source: string): RegExp {
  let pattern = offsetPatterns.get(source);
  if (pattern === undefined) {
    pattern = new RegExp(source, 'y');
    offsetPatterns.set(source, pattern);
  }
  return pattern;
}

/** `+8`, `-03:30`, `Z` */
function offsetSecondsOf(text: string): number | undefined {
  return parseOffset(text.replace(/^([+-])(\d)(?=:)/, '$10$2'));
}

/** The longest zone id that stands here. */
function parseZoneId(text: string, at: number, fields: ParsedFields): number {
  const offset = sticky(/[+-]\d\d(?::?\d\d(?::?\d\d)?)?/y, text, at);
  const seconds = offset === null ? undefined : parseOffset(offset[0]);
  if (offset !== null && seconds !== undefined) {
    fields.zone = new FixedZone(seconds);
    return at + offset[0].length;
  }
  const id = sticky(/[A-Za-z][A-Za-z0-9~/._:+-]*/y, text, at)?.[0] ?? '';
  for (let length = id.length; length > 0; length--) {
    const zone = findZone(id.slice(0, length)) ?? findZone(id.slice(0, length).toUpperCase());
    if (zone !== undefined) {
      fields.zone = zone;
      return at + length;
    }
  }
  return ~at;
}
