/**
 * Workspaces that leave the browser: in links, in files, as tests.
 */
import type { UserFunction } from '../core/ksql/udf/definition.ts';

export interface WorkspaceTopic {
  readonly name: string;
  readonly partitions: number;
  readonly cleanupPolicy: string;
  /** How many of its records come along. */
  readonly records: number;
}

/** What a workspace is made of, to be made anew elsewhere. */
export interface WorkspaceContent {
  /** Each with its semicolon. */
  readonly statements: readonly string[];
  readonly functions: readonly UserFunction[];
  /** The topics that no query writes. */
  readonly topics: readonly WorkspaceTopic[];
  /** Their records, as `input.json` of ksqlDB's test runner has them. */
  readonly inputs: string;
}

export interface ExportRequest {
  /** Records come along as long as their JSON has not more characters; a topic's come all or none. */
  readonly maxRecordChars: number;
  /** Whether to give what the queries wrote as well, for a test. */
  readonly outputs: boolean;
}

export interface WorkspaceExport {
  readonly content: WorkspaceContent;
  /** As `output.json` of ksqlDB's test runner. */
  readonly outputs: string | undefined;
  /** What is left out, and why. */
  readonly notices: readonly string[];
}
