/**
 * Snapshots of tasks' state: a cache of what replaying their changelogs gives, never the truth. One that is damaged, of another
 * version, or that does not fit its changelogs is deleted, and the changelog is replayed whole.
 *
 *     ['snapshot-head', applicationId, taskId]   CRC-32C of the rest (4 bytes), then JSON: version, the body's CRC-32C, and of
 *                                                each store its changelog (topic id, partition), the offset up to which the
 *                                                changelog is in the snapshot, the number of its entries, its times
 *     ['snapshot-body', applicationId, taskId]   entry*, store by store
 *     entry = key length int32 | value length int32 | timestamp int64 | key | value          as in the changelog
 *
 * Both are written in one batch. A tombstone behind that offset has to stay in the changelog as long as there is the snapshot, or
 * what it deleted would be there again: compaction asks `tombstonesFrom`.
 */
import { readInt64, readUint32, writeInt32 } from '../../common/bytes.ts';
import { crc32c } from '../../common/crc32c.ts';
import { TextOutput } from '../../common/text-output.ts';
import { encodeUtf8 } from '../../common/utf8.ts';
import type { StorageKey, StoragePort } from '../../ports/storage.ts';
import type { RuntimeStore, StoreTimes } from '../state/store-builder.ts';

/** A store of a task, and where its changelog stands. */
export interface SnapshotPart {
  readonly store: RuntimeStore;
  readonly topicId: number;
  readonly partition: number;
  /** Its changelog up to here is in the store. */
  readonly offset: number;
}

interface Head {
  readonly version: number;
  readonly bodyCrc: number;
  readonly parts: readonly HeadPart[];
}

interface HeadPart {
  readonly store: string;
  readonly topicId: number;
  readonly partition: number;
  readonly offset: number;
  readonly entries: number;
  readonly times: StoreTimes;
}

interface Snapshot {
  readonly application: string;
  readonly task: string;
  readonly head: Head;
}

const VERSION = 1;
const HEAD = 'snapshot-head';
const BODY = 'snapshot-body';
const ENTRY_HEADER_BYTES = 16;
const SETTLE_EVERY_ENTRIES = 5_000;

export class Snapshots {
  readonly #storage: StoragePort;
  readonly #heads: Map<string, Snapshot>;

  static async open(storage: StoragePort): Promise<Snapshots> {
    const entries = await storage.scan({ lower: [HEAD], upper: [`${HEAD}\u0000`] }, { limit: Infinity });
    const heads = new Map<string, Snapshot>();
    for (const { key, value } of entries) {
      const [, application, task] = key;
      const head = decodeHead(value);
      if (head === undefined) continue;
      const owner = { application: String(application), task: String(task) };
      heads.set(nameOf(owner.application, owner.task), { ...owner, head });
    }
    return new Snapshots(storage, heads);
  }

  private constructor(storage: StoragePort, heads: Map<string, Snapshot>) {
    this.#storage = storage;
    this.#heads = heads;
  }

  /** Tombstones at this offset and behind must stay in the changelog; Infinity when no snapshot depends on them. */
  tombstonesFrom(topicId: number, partition: number): number {
    let from = Infinity;
    for (const { head } of this.#heads.values()) {
      for (const part of head.parts) {
        if (part.topicId === topicId && part.partition === partition) from = Math.min(from, part.offset);
      }
    }
    return from;
  }

  /** Writes down what the stores hold now; the snapshot before is replaced. */
  async save(application: string, task: string, parts: readonly SnapshotPart[]): Promise<void> {
    const out = new TextOutput();
    const headParts = parts.map(({ store, topicId, partition, offset }): HeadPart => {
      let entries = 0;
      for (const { key, value, timestamp } of store.dump()) {
        out.int32(key.length);
        out.int32(value.length);
        out.int64(timestamp);
        out.raw(key);
        out.raw(value);
        entries++;
      }
      return { store: store.name, topicId, partition, offset, entries, times: store.saveTimes() };
    });
    const body = out.buffer.slice(0, out.length);
    const head: Head = { version: VERSION, bodyCrc: crc32c(body), parts: headParts };
    const name = nameOf(application, task);
    const before = this.#heads.get(name);
    // Until it is known to be written, tombstones behind the one before are needed.
    await this.#storage.apply(
      {
        puts: [
          { key: [HEAD, application, task], value: encodeHead(head) },
          { key: [BODY, application, task], value: body },
        ],
      },
      'relaxed',
    );
    if (this.#heads.get(name) === before) this.#heads.set(name, { application, task, head });
  }

  /**
   * Fills the stores of a task from its snapshot.
   * @param wanted the stores, with the offset at which each changelog ends
   * @param firstOffsets where each changelog begins
   * @returns the offset from which each changelog is to be replayed; undefined when there is no snapshot that fits, and
   * the stores are as they were
   */
  async load(
    application: string,
    task: string,
    wanted: readonly SnapshotPart[],
    firstOffsets: readonly number[],
  ): Promise<readonly number[] | undefined> {
    const head = this.#heads.get(nameOf(application, task))?.head;
    if (head === undefined) return undefined;
    const body = await this.#storage.read([BODY, application, task]);
    const fits =
      body !== undefined &&
      crc32c(body) === head.bodyCrc &&
      head.parts.length === wanted.length &&
      wanted.every((part, i) => isPartOf(part, head.parts[i], firstOffsets[i] ?? 0));
    if (!fits) {
      await this.#delete([{ application, task }]);
      return undefined;
    }
    let at = 0;
    for (const [i, { store }] of wanted.entries()) {
      const part = head.parts[i];
      for (let left = part?.entries ?? 0; left > 0; left--) {
        const keyStart = at + ENTRY_HEADER_BYTES;
        const valueStart = keyStart + readUint32(body, at);
        const end = valueStart + readUint32(body, at + 4);
        store.restore(body.subarray(keyStart, valueStart), body.subarray(valueStart, end), readInt64(body, at + 8));
        at = end;
        if (left % SETTLE_EVERY_ENTRIES === 0) store.settle();
      }
      store.restoreTimes(part?.times ?? {});
      store.settle();
    }
    return head.parts.map(({ offset }) => offset);
  }

  /** Deletes the snapshots of all applications that `isKept` does not name. */
  async retain(isKept: (application: string) => boolean): Promise<void> {
    await this.#delete([...this.#heads.values()].filter(({ application }) => !isKept(application)));
  }

  async #delete(owners: readonly { readonly application: string; readonly task: string }[]): Promise<void> {
    if (owners.length === 0) return;
    const deletes = owners.flatMap(({ application, task }): StorageKey[] => [
      [HEAD, application, task],
      [BODY, application, task],
    ]);
    await this.#storage.apply({ puts: [], deletes }, 'relaxed');
    for (const { application, task } of owners) this.#heads.delete(nameOf(application, task));
  }
}

function nameOf(application: string, task: string): string {
  return `${application}/${task}`;
}

function isPartOf(wanted: SnapshotPart, part: HeadPart | undefined, firstOffset: number): boolean {
  return (
    part !== undefined &&
    part.store === wanted.store.name &&
    part.topicId === wanted.topicId &&
    part.partition === wanted.partition &&
    part.offset >= firstOffset &&
    part.offset <= wanted.offset
  );
}

function encodeHead(head: Head): Uint8Array {
  const json = encodeUtf8(JSON.stringify(head));
  const bytes = new Uint8Array(4 + json.length);
  writeInt32(bytes, 0, crc32c(json));
  bytes.set(json, 4);
  return bytes;
}

/** Undefined when it is damaged or of another version. */
function decodeHead(bytes: Uint8Array): Head | undefined {
  if (bytes.length < 4 || crc32c(bytes, 4) !== readUint32(bytes, 0)) return undefined;
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4))) as Head;
  return head.version === VERSION ? head : undefined;
}
