import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineApi, ReadRecordsRequest, RecordView } from '../../../protocol/api.ts';
import { LaneFeed } from './lane-feed.ts';

const record = (offset: number): RecordView => ({
  topic: 't',
  partition: 0,
  offset,
  timestampMs: 0,
  keyText: 'k',
  valueText: 'v',
  keySizeBytes: 1,
  valueSizeBytes: 1,
  keyHash: 1,
  tombstone: false,
});

/** A log with a gap at every offset that seven divides. */
function setup() {
  const requests: ReadRecordsRequest[] = [];
  const readRecords: EngineApi['readRecords'] = async (request) => {
    requests.push(request);
    const records = Array.from({ length: request.limit }, (_, i) => request.from + i);
    return records.filter((offset) => offset % 7 !== 0).map(record);
  };
  const api = { readRecords } satisfies Partial<EngineApi> as EngineApi;
  return { requests, feed: new LaneFeed(api, 't', 0, () => undefined) };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('LaneFeed', () => {
  it('tells a gap from what is not known', async () => {
    const { feed } = setup();
    feed.want(1, 10);
    expect(feed.at(3)).toBeUndefined();
    await vi.runAllTimersAsync();
    expect(feed.at(3)?.offset).toBe(3);
    expect(feed.at(7)).toBeNull();
    expect(feed.at(10)).toBeUndefined();
  });

  it('asks only for what is new, one request at a time, and skips windows that have passed', async () => {
    const { feed, requests } = setup();
    feed.want(0, 10);
    for (let end = 11; end <= 30; end++) feed.want(end - 10, end);
    expect(requests).toHaveLength(1);
    await vi.runAllTimersAsync();
    expect(requests.map((r) => [r.from, r.from + r.limit])).toEqual([
      [0, 10],
      [20, 30],
    ]);
    feed.want(22, 33);
    await vi.runAllTimersAsync();
    expect(requests.at(-1)).toMatchObject({ from: 30, limit: 3 });
  });

  it('extends to the left when it is scrolled back', async () => {
    const { feed, requests } = setup();
    feed.want(50, 60);
    await vi.runAllTimersAsync();
    feed.want(45, 55);
    await vi.runAllTimersAsync();
    expect(requests.at(-1)).toMatchObject({ from: 45, limit: 5 });
    expect(feed.at(45)?.offset).toBe(45);
    expect(feed.at(59)?.offset).toBe(59);
  });
});
