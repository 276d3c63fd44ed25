/**
 * The page as a person uses it: by roles, names and visible text. `test` gives a fresh browser profile with the page
 * open, and fails when anything was written to the console as an error, a violation of the content policy included.
 */
import { readFileSync } from 'node:fs';
import { expect, test as base, type Locator, type Page } from '@playwright/test';

export { expect };

export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** The editor, once it has loaded. */
  get editor(): Locator {
    return this.page.getByRole('textbox', { name: /^SQL editor/ });
  }
  get results(): Locator {
    return this.page.getByRole('region', { name: 'Results' });
  }
  get log(): Locator {
    return this.page.getByRole('log', { name: 'Statements that ran' });
  }
  get picture(): Locator {
    return this.page.getByRole('region', { name: 'Picture' });
  }
  get inspector(): Locator {
    return this.page.getByRole('region', { name: 'Record', exact: true });
  }
  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  async open(): Promise<void> {
    await this.page.goto('./');
    await this.ready();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  async ready(): Promise<void> {
    // Its input has no size of its own.
    await expect(this.editor).toBeAttached();
  }

  /** Puts the text in the editor's place. */
  async write(sql: string): Promise<void> {
    await this.editor.focus();
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.insertText(sql);
  }

  /** Writes one statement and runs it with the key. Resolves when its answer is in the log. */
  async run(sql: string): Promise<void> {
    const tab = this.results.getByRole('tab', { name: /^Log/ });
    const before = Number(/\d+/.exec((await tab.textContent()) ?? '')?.[0] ?? 0);
    await this.write(sql);
    await this.page.keyboard.press('ControlOrMeta+Enter');
    await expect(tab).toHaveText(`Log ${before + 1}`);
  }

  /** Runs a statement that answers with a message, and expects that message. */
  async runStatement(sql: string, message: string | RegExp): Promise<void> {
    await this.run(sql);
    const line = this.log.locator('.log-line').last();
    await expect(line.getByRole('alert')).toHaveCount(0);
    await expect(line).toContainText(message);
  }

  /** Runs a query and gives the rows of its grid, once it says that there are so many. */
  async query(sql: string, count: number): Promise<string[][]> {
    await this.run(sql);
    await expect(this.results.getByText(rowCount(count)).first()).toBeVisible();
    return count === 0 ? [] : this.rows();
  }

  /** The rows of the result that is shown, as far as they are in sight. */
  rows(): Promise<string[][]> {
    return rowsOf(this.results.getByRole('grid'));
  }

  /** Titles of the columns of the result that is shown. */
  async columns(): Promise<string[]> {
    const heads = await this.results.getByRole('columnheader').allTextContents();
    return heads.map((head) => head.trim());
  }

  async show(
    panel: 'Topics' | 'Tables' | 'Queries' | 'Topology' | 'Windows' | 'Joins' | 'Functions' | 'Schemas',
  ): Promise<void> {
    await this.picture.getByRole('tab', { name: panel }).click();
  }

  /** The pane of the lesson and the catalog. */
  get left(): Locator {
    return this.page.getByRole('navigation', { name: 'Lesson and catalog' });
  }

  async showCatalog(): Promise<void> {
    await this.page.getByRole('tab', { name: 'Catalog' }).click();
  }

  topic(name: string): Locator {
    return this.picture.getByRole('region', { name: `Topic ${name}`, exact: true });
  }

  /** Waits for a topic to hold exactly so many records. */
  async expectRecords(topic: string, count: number, timeoutMs = 30_000): Promise<void> {
    await this.show('Topics');
    await expect(this.topic(topic)).toContainText(new RegExp(`(?<![\\d,])${count.toLocaleString('en')} records?`), {
      timeout: timeoutMs,
    });
  }

  queryEntry(id: string | RegExp): Locator {
    return this.picture
      .getByRole('list', { name: 'Queries' })
      .getByRole('listitem')
      .filter({ has: this.page.getByRole('button', { name: id, exact: true }) });
  }

  /** Waits until every query runs and has read all there is. */
  async expectCaughtUp(timeoutMs = 30_000): Promise<void> {
    await this.show('Queries');
    const entries = this.picture.getByRole('list', { name: 'Queries' }).locator(':scope > li');
    for (const entry of await entries.all()) {
      await expect(entry.locator('dt', { hasText: 'Lag' }).locator('xpath=following-sibling::dd[1]')).toHaveText('0', {
        timeout: timeoutMs,
      });
      await expect(entry).toContainText('running');
    }
  }

  /** Imports one of the offered files and waits until it is loaded. */
  async importSample(file: string, source: string, records: number): Promise<void> {
    await this.showCatalog();
    await this.page.getByRole('button', { name: file }).click();
    await this.dialog.getByRole('button', { name: 'Create and load' }).click();
    await this.expectLoaded(source, records);
    await this.dialog.getByRole('button', { name: 'See the topic' }).click();
  }

  async expectLoaded(source: string, records: number): Promise<void> {
    const state = this.dialog.getByRole('status');
    await expect(state).toContainText(`Loaded ${source}`, { timeout: 30_000 });
    await expect(state).toContainText(`${records.toLocaleString('en')} record`);
  }

  /** Drops a file on the page. */
  async drop(name: string, text: string): Promise<void> {
    const transfer = await this.page.evaluateHandle(
      ([fileName, content]) => {
        const data = new DataTransfer();
        data.items.add(new File([content ?? ''], fileName ?? ''));
        return data;
      },
      [name, text],
    );
    for (const type of ['dragenter', 'dragover', 'drop']) {
      await this.page.getByRole('main').dispatchEvent(type, { dataTransfer: transfer });
    }
  }
}

export function rowCount(count: number): RegExp {
  return new RegExp(`(^|\\s)${count.toLocaleString('en')} rows?\\b`);
}

export async function rowsOf(grid: Locator): Promise<string[][]> {
  const rows = grid.getByRole('row').filter({ has: grid.page().getByRole('gridcell') });
  await expect(rows.first()).toBeVisible();
  return rows.evaluateAll((elements) =>
    elements.map((row) => [...row.querySelectorAll('[role="gridcell"]')].map((cell) => cell.textContent.trim())),
  );
}

export interface Flight {
  readonly date: string;
  readonly delay: number;
  readonly distance: number;
  readonly origin: string;
  readonly destination: string;
}

const dataFile = (name: string): string =>
  readFileSync(new URL(`../node_modules/vega-datasets/data/${name}`, import.meta.url), 'utf8');

export function flights(name = 'flights-20k.json'): readonly Flight[] {
  return JSON.parse(dataFile(name)) as readonly Flight[];
}

/** Names of airports by their code. */
export function airports(): ReadonlyMap<string, string> {
  const lines = dataFile('airports.csv').trim().split(/\r?\n/).slice(1);
  return new Map(
    lines.map((line) => {
      const [, iata = '', quoted, plain] = /^([^,]*),(?:"([^"]*)"|([^,]*)),/.exec(line) ?? [];
      return [iata, quoted ?? plain ?? ''];
    }),
  );
}

/** What the page wrote to its console as an error. */
export function watchConsole(page: Page): string[] {
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  return errors;
}

export const test = base.extend<{ readonly bench: Workbench }>({
  bench: async ({ page }, use) => {
    const errors = watchConsole(page);
    const bench = new Workbench(page);
    await bench.open();
    await use(bench);
    expect(errors, 'errors in the console').toEqual([]);
  },
});
