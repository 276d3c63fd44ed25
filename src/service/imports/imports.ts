/** The imports that run: each loads its file beside whatever else is done, and tells the page how far it has come. */
import { WeirError } from '../../core/common/errors.ts';
import { executeScript } from '../../core/ksql/engine/script.ts';
import type { ImportPlan } from '../../protocol/api.ts';
import type { OpenWorkspace } from '../open-workspace.ts';
import { loadFile } from './load-file.ts';

export class Imports {
  #count = 0;
  readonly #running = new Map<string, { isCancelled: boolean }>();

  /**
   * Runs the plan's statement and begins to load the file into what it made.
   * @returns the import's id, with which its progress comes
   * @throws WeirError as the statement does; INVALID_FILE when it creates no stream or table
   */
  async start(open: OpenWorkspace, file: Blob, plan: ImportPlan): Promise<string> {
    const { outputs, errors } = await executeScript(open.engine, open.session, plan.statement);
    const [failed] = errors;
    if (failed !== undefined) throw failed.error;
    const created = open.engine.planner.catalog.sources().find((s) => s.statement === outputs.at(-1)?.statement);
    if (created === undefined) {
      throw new WeirError('INVALID_FILE', 'The statement of an import must create a stream or a table.', {
        hint: 'Keep the CREATE statement; names, types and properties may change.',
      });
    }
    const id = `import-${++this.#count}`;
    const running = { isCancelled: false };
    this.#running.set(id, running);
    void loadFile({
      id,
      engine: open.engine,
      source: created,
      plan,
      file,
      isCancelled: () => running.isCancelled || open.isClosed,
      report: (progress) => {
        open.pump.onImport(progress);
        if (progress.state !== 'running') this.#running.delete(id);
      },
    });
    open.pump.wake();
    return id;
  }

  /** Stops it before its next piece; what was loaded stays. */
  cancel(id: string): void {
    const running = this.#running.get(id);
    if (running !== undefined) running.isCancelled = true;
  }
}
