/**
 * Time zones: what offset from UTC holds at an instant, and which instant a local time means.
 *
 * A zone is a fixed offset or a region of the IANA database. The rules of regions are those of the runtime (`Intl`), which
 * every browser and Node carry and keep up to date, so that none have to be loaded. Asking `Intl` takes microseconds;
 * a region therefore remembers the offset of each UTC day on which it does not change.
 *
 * Ids are java.time's: `Z`, `+01:00`, `UTC`, `GMT+2`, `Europe/Paris`, with case.
 */
import { WeirError } from '../errors.ts';
import { MS_PER_DAY } from './calendar.ts';
import { formatOffset, parseOffset } from './offset.ts';

export interface Zone {
  readonly id: string;
  /** Whether the id names a region, whose offset may change. */
  readonly isRegion: boolean;
  /** Seconds east of UTC. */
  offsetAt(epochMs: number): number;
}

export class FixedZone implements Zone {
  readonly id: string;
  readonly isRegion = false;
  private readonly offsetSeconds: number;

  constructor(offsetSeconds: number, id: string = formatOffset(offsetSeconds)) {
    this.id = id;
    this.offsetSeconds = offsetSeconds;
  }

  offsetAt(): number {
    return this.offsetSeconds;
  }
}

export const UTC: Zone = new FixedZone(0);

/** `Intl` knows 100 million days to either side of the epoch; zones do not change beyond. */
const INTL_LIMIT_MS = 100_000_000 * MS_PER_DAY;

export function withinIntl(epochMs: number): number {
  return Math.max(-INTL_LIMIT_MS, Math.min(epochMs, INTL_LIMIT_MS));
}

const REMEMBERED_DAYS = 10_000;
/** `5/11/2018, GMT-07:00`; seconds appear for the local mean times of long ago. */
const OFFSET_SUFFIX = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

class RegionZone implements Zone {
  readonly id: string;
  readonly isRegion = true;
  private readonly format: Intl.DateTimeFormat;
  private readonly offsetByDay = new Map<number, number>();

  constructor(id: string, format: Intl.DateTimeFormat) {
    this.id = id;
    this.format = format;
  }

  offsetAt(epochMs: number): number {
    const day = Math.floor(epochMs / MS_PER_DAY);
    const remembered = this.offsetByDay.get(day);
    if (remembered !== undefined) return remembered;
    const first = this.ask(day * MS_PER_DAY);
    if (first !== this.ask((day + 1) * MS_PER_DAY)) return this.ask(epochMs);
    if (this.offsetByDay.size >= REMEMBERED_DAYS) this.offsetByDay.clear();
    this.offsetByDay.set(day, first);
    return first;
  }

  private ask(epochMs: number): number {
    const match = OFFSET_SUFFIX.exec(this.format.format(withinIntl(epochMs)));
    const seconds = Number(match?.[2] ?? 0) * 3600 + Number(match?.[3] ?? 0) * 60 + Number(match?.[4] ?? 0);
    return match?.[1] === '-' ? -seconds : seconds;
  }
}

const zones = new Map<string, Zone>([['Z', UTC]]);

/** @throws WeirError UNKNOWN_TIME_ZONE */
export function zoneOf(id: string): Zone {
  const zone = findZone(id);
  if (zone !== undefined) return zone;
  throw new WeirError('UNKNOWN_TIME_ZONE', `There is no time zone '${id}'.`, {
    hint: "Write it as a region, such as 'Europe/Paris', or as an offset, such as '+01:00'.",
    details: { zone: id },
  });
}

export function findZone(id: string): Zone | undefined {
  const known = zones.get(id);
  if (known !== undefined) return known;
  const zone = prefixedOffset(id) ?? region(id);
  if (zone !== undefined) zones.set(id, zone);
  return zone;
}

/** `+01:00`, `UTC`, `UTC+1`, `GMT-03:00`, `UT` */
function prefixedOffset(id: string): Zone | undefined {
  const prefix = /^(?:UTC|GMT|UT)(?=$|[+-])/.exec(id)?.[0] ?? '';
  const rest = id.slice(prefix.length);
  const offset = rest === '' && prefix !== '' ? 0 : parseOffset(rest);
  if (offset === undefined) return undefined;
  if (prefix === '') return new FixedZone(offset);
  return new FixedZone(offset, offset === 0 ? prefix : `${prefix}${formatOffset(offset)}`);
}

function region(id: string): Zone | undefined {
  if (!/^[A-Za-z][A-Za-z0-9~/._+-]+$/.test(id)) return undefined;
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: id, timeZoneName: 'longOffset' });
    const resolved = format.resolvedOptions().timeZone;
    // Intl takes names in any case, java.time does not.
    if (resolved !== id && resolved.toLowerCase() === id.toLowerCase()) return undefined;
    return new RegionZone(id, format);
  } catch {
    return undefined;
  }
}

/**
 * The instant at which clocks in the zone show `localMs` (a local date and time counted as if it were UTC). A time that
 * clocks show twice is the earlier; one that they skip is moved on by as much as they skip.
 */
export function localToEpochMs(localMs: number, zone: Zone): number {
  const before = zone.offsetAt(localMs - MS_PER_DAY);
  const early = localMs - before * 1000;
  if (!zone.isRegion || zone.offsetAt(early) === before) return early;
  const after = zone.offsetAt(localMs + MS_PER_DAY);
  const late = localMs - after * 1000;
  return zone.offsetAt(late) === after ? late : early;
}
