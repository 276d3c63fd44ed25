/** The form of a lesson: steps of text and SQL, and how to see in the engine's state that one is done. */
import type { QueryInfo, SourceInfo, TopicInfo } from '../protocol/api.ts';

/** What a check may look at. */
export interface LessonState {
  readonly sources: ReadonlyMap<string, SourceInfo>;
  readonly topics: ReadonlyMap<string, TopicInfo>;
  readonly queries: ReadonlyMap<string, QueryInfo>;
  /** The statements that ran without an error, oldest first. */
  readonly ran: readonly string[];
}

export interface LessonStep {
  readonly id: string;
  readonly title: string;
  /** Paragraphs. A part in backquotes is shown as code. */
  readonly text: readonly string[];
  readonly sql?: string;
  /** A sample file to import. */
  readonly sample?: string;
  /** A panel of the picture where the step's effect is seen. */
  readonly panel?: string;
  /** Without one, a step is done when its statement ran. */
  readonly check?: (state: LessonState) => boolean;
}

export interface Lesson {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** Said when all steps are done. */
  readonly end: string;
  readonly steps: readonly LessonStep[];
}

const squash = (sql: string): string => sql.replaceAll(/\s+/g, ' ').replace(/;\s*$/, '').trim().toUpperCase();

export function isDone(step: LessonStep, state: LessonState): boolean {
  if (step.check !== undefined) return step.check(state);
  if (step.sql === undefined) return false;
  const wanted = squash(step.sql);
  return state.ran.some((statement) => squash(statement) === wanted);
}

export function recordsIn(topic: TopicInfo | undefined): number {
  return topic?.partitions.reduce((sum, p) => sum + p.highWatermark - p.logStartOffset, 0) ?? 0;
}
