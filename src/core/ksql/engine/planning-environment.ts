/**
 * What planning a statement asks of the world outside of the catalog: how many partitions a topic has, which schema a
 * subject's latest is, and under which id a schema is registered. The answers are recorded with the command, and replay
 * gives them again: topics that were deleted since, or schemas that came later, do not change what a statement meant.
 */
import type { RegisteredSchema, SchemaReference, SchemaRegistryPort, SchemaType } from '../../serde/format.ts';

export interface PlanningAnswers {
  /** Topic → partitions, of those that existed. */
  readonly topics: Readonly<Record<string, number>>;
  /** Subject → id of its latest schema. */
  readonly latest: Readonly<Record<string, number>>;
  /** Subject → id of the schema that the statement registered. */
  readonly registered: Readonly<Record<string, number>>;
}

interface Notes {
  readonly topics: Record<string, number>;
  readonly latest: Record<string, number>;
  readonly registered: Record<string, number>;
}

export class PlanningEnvironment {
  /** The registry as the planner sees it. */
  readonly registry: SchemaRegistryPort;
  readonly #topics: ReadonlyMap<string, number>;
  #notes: Notes | undefined;
  #replayed: PlanningAnswers | undefined;
  /** Subjects that the statement in progress has registered: their latest is its own doing. */
  readonly #own = new Map<string, RegisteredSchema>();

  constructor(registry: SchemaRegistryPort, topics: ReadonlyMap<string, number>) {
    this.#topics = topics;
    this.registry = {
      byId: (id) => registry.byId(id),
      version: (subject, version) => registry.version(subject, version),
      latest: (subject) => this.#latest(registry, subject),
      register: (subject, type, schema, references) => this.#register(registry, subject, type, schema, references),
    };
  }

  topicPartitions(topic: string): number | undefined {
    if (this.#replayed !== undefined) return this.#replayed.topics[topic];
    const partitions = this.#topics.get(topic);
    if (partitions !== undefined && this.#notes !== undefined) this.#notes.topics[topic] = partitions;
    return partitions;
  }

  /** Runs `plan` and notes what it was answered. */
  note<T>(plan: () => T): { readonly result: T; readonly answers: PlanningAnswers } {
    const notes: Notes = { topics: {}, latest: {}, registered: {} };
    this.#notes = notes;
    try {
      return { result: plan(), answers: notes };
    } finally {
      this.#notes = undefined;
      this.#own.clear();
    }
  }

  /** Runs `plan` with the answers of then. */
  replay<T>(answers: PlanningAnswers, plan: () => T): T {
    this.#replayed = answers;
    try {
      return plan();
    } finally {
      this.#replayed = undefined;
      this.#own.clear();
    }
  }

  #latest(registry: SchemaRegistryPort, subject: string): RegisteredSchema | undefined {
    const own = this.#own.get(subject);
    if (own !== undefined) return own;
    if (this.#replayed !== undefined) {
      const id = this.#replayed.latest[subject];
      const schema = id === undefined ? undefined : registry.byId(id);
      return schema === undefined ? undefined : { ...schema, subject };
    }
    const latest = registry.latest(subject);
    if (latest !== undefined && this.#notes !== undefined) this.#notes.latest[subject] = latest.id;
    return latest;
  }

  #register(
    registry: SchemaRegistryPort,
    subject: string,
    type: SchemaType,
    schema: string,
    references?: readonly SchemaReference[],
  ): RegisteredSchema {
    const id = this.#replayed?.registered[subject];
    const known = id === undefined ? undefined : registry.byId(id);
    const registered =
      known === undefined ? registry.register(subject, type, schema, references) : { ...known, subject };
    if (this.#notes !== undefined) this.#notes.registered[subject] = registered.id;
    if (this.#notes !== undefined || this.#replayed !== undefined) this.#own.set(subject, registered);
    return registered;
  }
}
