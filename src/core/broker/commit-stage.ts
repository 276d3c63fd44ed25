/**
 * What one storage batch will hold: appends to many partitions and whatever else belongs to them. Requests are staged one
 * after the other; one that is refused is rolled back to where it began. When storage has taken the batch, `commit` brings the
 * state in memory up to it.
 */
import type { Durability, StorageBatch, StorageEntry, StorageKey, StorageKeyRange } from '../ports/storage.ts';
import type { PartitionLog } from '../log/partition-log.ts';
import { type AppendRules, PartitionStage, type StagedAppend } from '../log/partition-stage.ts';

interface Mark {
  readonly partitions: ReadonlyMap<PartitionLog, number>;
  readonly puts: number;
  readonly deletes: number;
  readonly deleteRanges: number;
  readonly effects: number;
  readonly durability: Durability;
}

export class CommitStage {
  readonly #partitions = new Map<PartitionLog, PartitionStage>();
  readonly #puts: StorageEntry[] = [];
  readonly #deletes: StorageKey[] = [];
  readonly #deleteRanges: StorageKeyRange[] = [];
  readonly #effects: (() => void)[] = [];
  #durability: Durability = 'relaxed';

  /** @throws WeirError as `PartitionStage.append` */
  append(log: PartitionLog, bytes: Uint8Array, rules: AppendRules): StagedAppend {
    let stage = this.#partitions.get(log);
    if (stage === undefined) {
      stage = new PartitionStage(log);
      this.#partitions.set(log, stage);
    }
    return stage.append(bytes, rules);
  }

  put(entry: StorageEntry): void {
    this.#puts.push(entry);
  }

  delete(key: StorageKey): void {
    this.#deletes.push(key);
  }

  deleteRange(range: StorageKeyRange): void {
    this.#deleteRanges.push(range);
  }

  /** Runs when the batch is durable, after the partitions have advanced. */
  onDurable(effect: () => void): void {
    this.#effects.push(effect);
  }

  /** The strictest that any request asks for holds for the whole batch. */
  require(durability: Durability): void {
    if (durability === 'strict') this.#durability = 'strict';
  }

  get durability(): Durability {
    return this.#durability;
  }

  /** Partitions with appends. */
  appended(): PartitionLog[] {
    return [...this.#partitions.values()].filter((stage) => stage.batchCount > 0).map((stage) => stage.log);
  }

  mark(): Mark {
    const partitions = new Map<PartitionLog, number>();
    for (const [log, stage] of this.#partitions) partitions.set(log, stage.batchCount);
    return {
      partitions,
      puts: this.#puts.length,
      deletes: this.#deletes.length,
      deleteRanges: this.#deleteRanges.length,
      effects: this.#effects.length,
      durability: this.#durability,
    };
  }

  rollback(mark: Mark): void {
    for (const [log, stage] of this.#partitions) stage.rollback(mark.partitions.get(log) ?? 0);
    this.#puts.length = mark.puts;
    this.#deletes.length = mark.deletes;
    this.#deleteRanges.length = mark.deleteRanges;
    this.#effects.length = mark.effects;
    this.#durability = mark.durability;
  }

  /** Null when there is nothing to write. */
  storageBatch(): StorageBatch | null {
    const puts = [...this.#puts];
    for (const stage of this.#partitions.values()) puts.push(...stage.puts());
    if (puts.length + this.#deletes.length + this.#deleteRanges.length === 0) return null;
    return { puts, deletes: this.#deletes, deleteRanges: this.#deleteRanges };
  }

  commit(): void {
    for (const stage of this.#partitions.values()) stage.commit();
    for (const effect of this.#effects) effect();
  }
}
