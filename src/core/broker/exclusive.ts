import type { CommitStage } from './commit-stage.ts';

/** Runs alone in the commit queue; resolves with what `stage` returned when it is durable. */
export type Exclusive = <Result>(stage: (stage: CommitStage) => () => Result) => Promise<Result>;
