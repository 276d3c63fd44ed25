/**
 * A simulation of the broker under crashes. Several clients work at the same time over one storage:
 *
 * - Producers write numbered records to the partitions of `input`. They are idempotent, and repeat what they do not know to have
 *   been written, across crashes as well.
 * - Processors copy `input` to `output`, committing outputs and offsets together, as a streams task does.
 * - A janitor cleans, creates and deletes other topics.
 *
 * At each crash the broker is thrown away and another is opened over what was durable. The checker knows what was acknowledged
 * and looks at nothing but the broker's API:
 *
 * - every acknowledged record is in `input` once, at the offset that was acknowledged, and nothing is there twice;
 * - `output` holds exactly the inputs before the committed offset, in their order: never one more, never one less.
 */
import { ManualClock } from '../../src/adapters/manual-clock.ts';
import { MemoryStorage } from '../../src/adapters/storage-memory.ts';
import type { ProduceBatch } from '../../src/core/broker/api.ts';
import { Broker } from '../../src/core/broker/broker.ts';
import { WeirError } from '../../src/core/common/errors.ts';
import { crc32c } from '../../src/core/common/crc32c.ts';
import { Random } from '../../src/core/common/random.ts';
import { decodeUtf8, encodeUtf8 } from '../../src/core/common/utf8.ts';
import { consumedBatches } from '../../src/core/clients/fetched-records.ts';
import { RecordBatchBuilder } from '../../src/core/log/record-batch-builder.ts';
import { type FaultRates, SimulatedStorage } from './simulated-storage.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly partitions: number;
  readonly rounds: number;
  readonly stepsPerRound: number;
  readonly rates: FaultRates;
}

export interface SimulationResult {
  readonly acknowledged: number;
  readonly processed: number;
  readonly crashes: number;
  readonly refusals: number;
  /** Of all that is stored at the end: the same seed gives the same bytes. */
  readonly fingerprint: number;
}

/** A batch that a producer has sent and not yet had acknowledged. It is sent again with the same bytes. */
interface Attempt {
  readonly ids: readonly number[];
  readonly records: Uint8Array;
}

interface InputProducer {
  readonly partition: number;
  producerId: number;
  nextSequence: number;
  attempt: Attempt | null;
}

const INPUT = 'input';
const OUTPUT = 'output';
const GROUP = 'copier';

export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  try {
    return await new Simulation(options).run();
  } catch (error) {
    throw new Error(`The simulation with seed ${options.seed} failed: ${String(error)}`, { cause: error });
  }
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #random: Random;
  readonly #disk = new MemoryStorage();
  readonly #clock = new ManualClock(1_700_000_000_000);
  readonly #producers: InputProducer[] = [];
  /** Per partition: offset → id of the acknowledged record. */
  readonly #acknowledged: Map<number, number>[] = [];
  #nextId = 0;
  #crashes = 0;
  #refusals = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  async run(): Promise<SimulationResult> {
    const { partitions, rounds } = this.#options;
    const first = await this.#open(new SimulatedStorage(this.#disk, this.#random, { crash: 0, quota: 0 }));
    await first.createTopics([
      { topic: INPUT, partitions },
      { topic: OUTPUT, partitions },
    ]);
    for (let partition = 0; partition < partitions; partition++) {
      const { producerId } = await first.initProducerId({});
      this.#producers.push({ partition, producerId, nextSequence: 0, attempt: null });
      this.#acknowledged.push(new Map());
    }
    await first.close();
    for (let round = 0; round < rounds; round++) {
      await this.#round();
      await this.#check();
    }
    return this.#finish();
  }

  /** One life of a broker, until it crashes or its time is over. */
  async #round(): Promise<void> {
    const storage = new SimulatedStorage(this.#disk, this.#random, this.#options.rates);
    try {
      const broker = await this.#open(storage);
      await Promise.all([
        ...this.#producers.map((producer) => this.#produce(broker, producer)),
        ...this.#producers.map(({ partition }) => this.#process(broker, partition)),
        this.#janitor(broker),
      ]);
    } catch (error) {
      if (!storage.hasCrashed) throw error;
      this.#crashes++;
    }
    // The other clients' promises are still on their way; the dead storage lets none of them write.
    for (let turns = 0; turns < 200; turns++) await Promise.resolve();
    this.#clock.advance(1_000);
  }

  async #produce(broker: Broker, producer: InputProducer): Promise<void> {
    for (let step = 0; step < this.#options.stepsPerRound; step++) {
      producer.attempt ??= this.#newAttempt(producer);
      const { ids, records } = producer.attempt;
      const batch: ProduceBatch = { topic: INPUT, partition: producer.partition, records: records.slice() };
      const response = await this.#unlessRefused(() =>
        broker.produce({ batches: [batch], durability: this.#durability() }),
      );
      if (response === null) continue;
      const baseOffset = response.batches[0]?.baseOffset ?? -1;
      ids.forEach((id, index) => this.#acknowledged[producer.partition]?.set(baseOffset + index, id));
      producer.nextSequence += ids.length;
      producer.attempt = null;
    }
  }

  #newAttempt(producer: InputProducer): Attempt {
    const builder = new RecordBatchBuilder(256);
    const ids: number[] = [];
    for (let left = 1 + this.#random.nextInt(5); left > 0; left--) {
      const id = this.#nextId++;
      ids.push(id);
      builder.append(encodeUtf8(`k${id % 7}`), encodeUtf8(String(id)), this.#clock.nowMs());
    }
    const { producerId, nextSequence: baseSequence } = producer;
    return { ids, records: builder.build({ producer: { producerId, producerEpoch: 0, baseSequence } }) };
  }

  async #process(broker: Broker, partition: number): Promise<void> {
    const committed = await broker.offsetFetch({ groupId: GROUP, partitions: [{ topic: INPUT, partition }] });
    let offset = Math.max(0, committed.partitions[0]?.offset ?? 0);
    for (let step = 0; step < this.#options.stepsPerRound; step++) {
      const maxBytes = 100 + this.#random.nextInt(1_000);
      const { partitions } = await broker.fetch({ partitions: [{ topic: INPUT, partition, offset }], maxBytes });
      const fetched = partitions[0];
      if (fetched === undefined || fetched.error !== null)
        throw new Error(`fetch failed: ${fetched?.error?.message ?? ''}`);
      const builder = new RecordBatchBuilder(256);
      for (const { records, from } of consumedBatches(fetched, offset)) {
        for (let i = from; i < records.count; i++)
          builder.append(records.key(i), records.value(i), records.timestampMs(i));
      }
      if (builder.count === 0) {
        await Promise.resolve();
        continue;
      }
      const batches = [{ topic: OUTPUT, partition, records: builder.build() }];
      const offsets = [{ groupId: GROUP, partitions: [{ topic: INPUT, partition, offset: fetched.nextOffset }] }];
      const done = await this.#unlessRefused(() => broker.commit({ batches, offsets, durability: this.#durability() }));
      if (done !== null) offset = fetched.nextOffset;
    }
  }

  async #janitor(broker: Broker): Promise<void> {
    for (let step = 0; step < this.#options.stepsPerRound / 4; step++) {
      const topic = `scratch-${this.#random.nextInt(3)}`;
      const exists = (await broker.listTopics()).some((each) => each.topic === topic);
      await this.#unlessRefused(async () => {
        if (!exists) await broker.createTopics([{ topic, partitions: 1 + this.#random.nextInt(3) }]);
        else if (this.#random.chance(0.5)) await broker.deleteTopics([topic]);
        else await broker.clean();
      });
    }
  }

  /** Null when the storage had no room; whatever else goes wrong ends the broker's life. */
  async #unlessRefused<Result>(request: () => Promise<Result>): Promise<Result | null> {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof WeirError) || error.code !== 'STORAGE_QUOTA') throw error;
      this.#refusals++;
      return null;
    }
  }

  /** Opens over a copy, so that looking changes nothing. */
  async #check(): Promise<void> {
    const broker = await this.#open(new MemoryStorage(this.#disk.snapshot()));
    equal(broker.recovery.failures.length, 0, 'failed partitions');
    const { partitions } = await broker.offsetFetch({ groupId: GROUP });
    for (let partition = 0; partition < this.#options.partitions; partition++) {
      const input = await readAll(broker, INPUT, partition);
      const output = await readAll(broker, OUTPUT, partition);
      equal(new Set(input).size, input.length, `different records in input-${partition}`);
      for (const [offset, id] of this.#acknowledged[partition] ?? []) {
        equal(input[offset], String(id), `the acknowledged record at offset ${offset} of input-${partition}`);
      }
      const unacknowledged = new Set((this.#producers[partition]?.attempt?.ids ?? []).map(String));
      input.forEach((id, offset) => {
        const isKnown = this.#acknowledged[partition]?.get(offset) === Number(id) || unacknowledged.has(id);
        equal(isKnown, true, `record ${id} at offset ${offset} of input-${partition} has been sent`);
      });
      const committed = partitions.find((each) => each.partition === partition)?.offset ?? 0;
      equal(
        output.join(),
        input.slice(0, committed).join(),
        `output-${partition} up to the committed offset ${committed}`,
      );
    }
    await broker.close();
  }

  async #finish(): Promise<SimulationResult> {
    const broker = await this.#open(new MemoryStorage(this.#disk.snapshot()));
    let processed = 0;
    for (const { partitions } of await broker.describeTopics([OUTPUT]))
      for (const log of partitions) processed += log.highWatermark;
    let fingerprint = 0;
    for (const { key, value } of this.#disk.snapshot()) {
      fingerprint = crc32c(encodeUtf8(`${fingerprint} ${key.join()} ${crc32c(value)}`));
    }
    const acknowledged = this.#acknowledged.reduce((sum, records) => sum + records.size, 0);
    return { acknowledged, processed, crashes: this.#crashes, refusals: this.#refusals, fingerprint };
  }

  #open(storage: SimulatedStorage | MemoryStorage): Promise<Broker> {
    // A small cache, so that reads go to storage too.
    return Broker.open({ storage, clock: this.#clock, scheduler: this.#clock, cacheBytes: 2_000 });
  }

  #durability(): 'strict' | 'relaxed' {
    return this.#random.chance(0.5) ? 'strict' : 'relaxed';
  }
}

async function readAll(broker: Broker, topic: string, partition: number): Promise<string[]> {
  const values: string[] = [];
  for (let offset = 0; ;) {
    const { partitions } = await broker.fetch({ partitions: [{ topic, partition, offset }], maxBytes: 3_000 });
    const fetched = partitions[0];
    if (fetched === undefined || fetched.error !== null)
      throw new Error(`fetch failed: ${fetched?.error?.message ?? ''}`);
    for (const { records, from } of consumedBatches(fetched, offset)) {
      for (let i = from; i < records.count; i++) {
        equal(records.offset(i), values.length, `offsets of ${topic}-${partition} without a gap`);
        values.push(decodeUtf8(records.value(i) ?? new Uint8Array()));
      }
    }
    if (fetched.nextOffset === offset) return values;
    offset = fetched.nextOffset;
  }
}

function equal(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected) throw new Error(`${what}: expected ${String(expected)}, found ${String(actual)}`);
}
