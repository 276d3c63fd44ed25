import type { DataSource } from '../../core/ksql/catalog.ts';

/** The sources over each topic that there have ever been in the case; the last one comes last. */
export class SourceHistory {
  readonly #byTopic = new Map<string, DataSource[]>();

  note(sources: readonly DataSource[]): void {
    for (const source of sources) {
      const known = this.#byTopic.get(source.topic) ?? [];
      if (known.at(-1) === source) continue;
      this.#byTopic.set(source.topic, [...known.filter((other) => other !== source), source]);
    }
  }

  /** The first source declared over the topic: what its producer knows of it. */
  declared(topic: string): DataSource | undefined {
    return this.#byTopic.get(topic)?.[0];
  }

  /** The source whose query writes the topic, else the one declared over it. */
  written(topic: string): DataSource | undefined {
    const sources = this.#byTopic.get(topic) ?? [];
    return sources.findLast((source) => source.isDerived) ?? sources[0];
  }
}
