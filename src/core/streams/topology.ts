/**
 * A topology: sources, processors, sinks and stores, wired by name, as data.
 *
 * Nodes that are connected by an edge or by a store they share form a subtopology, which is what one task runs; topics
 * are what lies between subtopologies. So a stream that is repartitioned is cut in two at its repartition topic. As
 * in Kafka, groups are numbered in the order in which their first node was added, sources first.
 *
 * Internal topics (repartition, changelog, foreign-key) are named without the application id here; the runtime
 * prefixes `<applicationId>-` (see `internalTopicName`).
 */
import { assert, WeirError } from '../common/errors.ts';
import type { ProcessorSupplier } from './processor.ts';
import type { Rec } from './record.ts';
import type { Serde } from './serde.ts';
import type { StoreBuilder } from './state/store-builder.ts';

export interface Extractor {
  extract(record: Rec<unknown, unknown>, partitionTimeMs: number): number;
}

export interface Partitioner {
  partition(key: unknown, value: unknown, partitions: number): number;
}

export interface SourceNode {
  readonly kind: 'source';
  readonly name: string;
  readonly topics: readonly string[];
  /** The topics are internal: the application id goes before their names. */
  readonly internal: boolean;
  readonly keySerde: Serde<unknown>;
  readonly valueSerde: Serde<unknown>;
  readonly extractor: Extractor | undefined;
  readonly offsetReset: 'earliest' | 'latest';
}

export interface ProcessorNode {
  readonly kind: 'processor';
  readonly name: string;
  readonly parents: readonly string[];
  readonly supplier: ProcessorSupplier<unknown, unknown, unknown, unknown>;
}

export interface SinkNode {
  readonly kind: 'sink';
  readonly name: string;
  readonly parents: readonly string[];
  readonly topic: string;
  readonly internal: boolean;
  readonly keySerde: Serde<unknown>;
  readonly valueSerde: Serde<unknown>;
  readonly partitioner: Partitioner | undefined;
}

export type TopologyNode = SourceNode | ProcessorNode | SinkNode;

/** A topic between two subtopologies. */
export interface InternalTopic {
  readonly topic: string;
  readonly kind: 'repartition' | 'subscription';
  /** Undefined: as many as the topics upstream have. */
  readonly partitions: number | undefined;
  /** Why the records have to move: "GROUP BY changes the key". */
  readonly reason: string;
}

export interface Subtopology {
  readonly id: number;
  readonly nodes: readonly TopologyNode[];
  readonly stores: readonly StoreBuilder[];
  readonly sources: readonly SourceNode[];
  readonly sinks: readonly SinkNode[];
}

export interface Topology {
  readonly nodes: readonly TopologyNode[];
  readonly stores: readonly StoreBuilder[];
  /** Store name -> the nodes that use it. */
  readonly storeUsers: ReadonlyMap<string, readonly string[]>;
  readonly internalTopics: readonly InternalTopic[];
  /** Sets of source nodes whose topics must have the same number of partitions. */
  readonly copartitioned: readonly (readonly string[])[];
  readonly subtopologies: readonly Subtopology[];
}

/** `<applicationId>-<name>`, e.g. `_confluent-ksql-default_query_CTAS_T_1-Aggregate-GroupBy-repartition`. */
export function internalTopicName(applicationId: string, name: string): string {
  return `${applicationId}-${name}`;
}

export function changelogTopic(storeName: string): string {
  return `${storeName}-changelog`;
}

export function topicName(applicationId: string, node: { readonly internal: boolean }, topic: string): string {
  return node.internal ? internalTopicName(applicationId, topic) : topic;
}

/** Collects nodes in order. The DSL writes into it; processors may also be wired by hand, as with Kafka's `Topology`. */
export class TopologyBuilder {
  readonly #nodes = new Map<string, TopologyNode>();
  readonly #stores = new Map<string, StoreBuilder>();
  readonly #storeUsers = new Map<string, string[]>();
  readonly #internalTopics = new Map<string, InternalTopic>();
  readonly #copartitioned: string[][] = [];

  addNode(node: TopologyNode): void {
    if (this.#nodes.has(node.name)) {
      throw new WeirError('INVALID_TOPOLOGY', `The topology has a node named ${node.name} already.`);
    }
    if (node.kind !== 'source') {
      for (const parent of node.parents) {
        const found = this.#nodes.get(parent);
        assert(found !== undefined && found.kind !== 'sink', `parent ${parent} of ${node.name} is a node with output`);
      }
    }
    this.#nodes.set(node.name, node);
  }

  addStore(store: StoreBuilder, users: readonly string[] = []): void {
    const present = this.#stores.get(store.name);
    if (present !== undefined && present !== store) {
      throw new WeirError('INVALID_TOPOLOGY', `The topology has a store named ${store.name} already.`);
    }
    this.#stores.set(store.name, store);
    this.connect(store.name, users);
  }

  hasStore(name: string): boolean {
    return this.#stores.has(name);
  }

  connect(store: string, users: readonly string[]): void {
    const present = this.#storeUsers.get(store) ?? [];
    for (const user of users) if (!present.includes(user)) present.push(user);
    this.#storeUsers.set(store, present);
  }

  addInternalTopic(topic: InternalTopic): void {
    if (this.#internalTopics.has(topic.topic)) {
      throw new WeirError('INVALID_TOPOLOGY', `The topology has an internal topic named ${topic.topic} already.`);
    }
    this.#internalTopics.set(topic.topic, topic);
  }

  copartition(sources: readonly string[]): void {
    if (sources.length > 1) this.#copartitioned.push([...sources]);
  }

  build(): Topology {
    const nodes = [...this.#nodes.values()];
    for (const [store, users] of this.#storeUsers) {
      assert(this.#stores.has(store), `store ${store}, used by ${users.join(', ')}, is part of the topology`);
    }
    return {
      nodes,
      stores: [...this.#stores.values()],
      storeUsers: this.#storeUsers,
      internalTopics: [...this.#internalTopics.values()],
      copartitioned: this.#copartitioned,
      subtopologies: this.#subtopologies(nodes),
    };
  }

  #subtopologies(nodes: readonly TopologyNode[]): Subtopology[] {
    const groups = new UnionFind();
    for (const node of nodes) {
      groups.add(node.name);
      if (node.kind !== 'source') for (const parent of node.parents) groups.union(parent, node.name);
    }
    for (const users of this.#storeUsers.values()) {
      for (const user of users) groups.union(users[0] ?? user, user);
    }
    const ids = new Map<string, number>();
    for (const node of [...nodes.filter((n) => n.kind === 'source'), ...nodes]) {
      const root = groups.find(node.name);
      if (!ids.has(root)) ids.set(root, ids.size);
    }
    return [...ids].map(([root, id]) => {
      const members = nodes.filter((node) => groups.find(node.name) === root);
      return {
        id,
        nodes: members,
        stores: [...this.#stores.values()].filter((store) => {
          const user = this.#storeUsers.get(store.name)?.[0];
          return user !== undefined && groups.find(user) === root;
        }),
        sources: members.filter((node) => node.kind === 'source'),
        sinks: members.filter((node) => node.kind === 'sink'),
      };
    });
  }
}

class UnionFind {
  readonly #parents = new Map<string, string>();

  add(name: string): void {
    this.#parents.set(name, name);
  }

  find(name: string): string {
    let root = name;
    for (let parent = this.#parents.get(root); parent !== undefined && parent !== root;) {
      root = parent;
      parent = this.#parents.get(root);
    }
    this.#parents.set(name, root);
    return root;
  }

  union(a: string, b: string): void {
    this.#parents.set(this.find(b), this.find(a));
  }
}
