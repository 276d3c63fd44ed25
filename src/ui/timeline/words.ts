import type { WatchedRecord } from '../../protocol/watch.ts';
import { formatTime } from '../components/format.ts';
import { shortTopic } from '../panels/topics/lane-layout.ts';

/** `2023-11-14 22:13:20.000, readings 0:3`: when it happened, and where it is in the log. */
export function placeOf({ timestampMs, topic, partition, offset }: WatchedRecord): string {
  return `${formatTime(timestampMs)}, ${shortTopic(topic)} ${partition}:${offset}`;
}
