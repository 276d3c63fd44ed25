/**
 * Producer ids. They are reserved by the block in `__cluster_metadata`, so that not each of them costs a write there; a crash
 * leaves the rest of a block unused. Must be staged alone: two that are staged together would get the same id.
 */
import type { CommitStage } from './commit-stage.ts';
import type { MetadataRecord } from './metadata-records.ts';

const BLOCK = 1_000;

export class ProducerIds {
  #next: number;
  #reserved: number;
  readonly #stageMetadata: (stage: CommitStage, record: MetadataRecord) => void;

  /** @param next the first id that was not reserved before */
  constructor(next: number, stageMetadata: (stage: CommitStage, record: MetadataRecord) => void) {
    this.#next = next;
    this.#reserved = next;
    this.#stageMetadata = stageMetadata;
  }

  /** An id that nobody has had, taken when the stage is durable. */
  allocate(stage: CommitStage): number {
    const producerId = this.#next;
    const reserved = producerId < this.#reserved ? this.#reserved : this.#reserved + BLOCK;
    if (reserved > this.#reserved) this.#stageMetadata(stage, { type: 'ProducerIdsRecord', nextProducerId: reserved });
    stage.onDurable(() => {
      this.#next = producerId + 1;
      this.#reserved = reserved;
    });
    return producerId;
  }
}
