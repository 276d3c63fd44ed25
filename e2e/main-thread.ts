/**
 * What the page's main thread did, from Chromium's own trace: its tasks, each with the time it took on the clock and on
 * the processor. On a machine that is busy with other things the two differ widely; the latter is the page's own doing.
 */
import type { CDPSession, Page, TestInfo } from '@playwright/test';

export interface MainThreadTask {
  readonly wallMs: number;
  readonly cpuMs: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  /** Microseconds. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Beyond this a person notices that the page waits (RAIL). */
const LONG_MS = 100;

export class MainThreadTrace {
  readonly #session: CDPSession;
  readonly #events: TraceEvent[] = [];

  private constructor(session: CDPSession) {
    this.#session = session;
    session.on('Tracing.dataCollected', ({ value }) => {
      for (const event of value as unknown as TraceEvent[]) this.#events.push(event);
    });
  }

  static async start(page: Page): Promise<MainThreadTrace> {
    const trace = new MainThreadTrace(await page.context().newCDPSession(page));
    await trace.#session.send('Tracing.start', {
      transferMode: 'ReportEvents',
      traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'] },
    });
    return trace;
  }

  /** Ends the trace, and reports its tasks in the test's output and as an attachment. */
  async finish(title: string, info: TestInfo): Promise<readonly MainThreadTask[]> {
    const complete = new Promise((resolve) => this.#session.once('Tracing.tracingComplete', resolve));
    await this.#session.send('Tracing.end');
    await complete;
    await this.#session.detach();
    const isMain = (event: TraceEvent): boolean =>
      event.ph === 'M' && event.name === 'thread_name' && event.args?.name === 'CrRendererMain';
    const threads = new Set(this.#events.filter(isMain).map(({ pid, tid }) => `${pid}/${tid}`));
    const tasks = this.#events
      .filter((event) => event.ph === 'X' && event.name === 'RunTask' && threads.has(`${event.pid}/${event.tid}`))
      .map((event) => ({ wallMs: (event.dur ?? 0) / 1_000, cpuMs: (event.tdur ?? 0) / 1_000 }));
    const report = describe(tasks);
    console.log(`${title}: ${report}`);
    info.annotations.push({ type: 'main thread', description: `${title}: ${report}` });
    await info.attach(`${title}, tasks of the main thread.json`, {
      body: JSON.stringify({ report, tasks }),
      contentType: 'application/json',
    });
    return tasks;
  }
}

function describe(tasks: readonly MainThreadTask[]): string {
  const longest = Math.max(0, ...tasks.map((task) => task.wallMs));
  const costliest = Math.max(0, ...tasks.map((task) => task.cpuMs));
  const long = tasks.filter((task) => task.wallMs > LONG_MS).length;
  const busyMs = tasks.reduce((sum, task) => sum + task.cpuMs, 0);
  return `${tasks.length} tasks, ${Math.round(busyMs)} ms of CPU; longest ${Math.round(longest)} ms, costliest ${Math.round(
    costliest,
  )} ms of CPU; ${long} over ${LONG_MS} ms`;
}
