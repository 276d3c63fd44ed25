/** The main job on real data, from two files to a table that is asked for a key; figures come from the files. */
import { airports, expect, flights, rowsOf, test } from './workbench.ts';

const FLIGHTS = flights();
const AIRPORTS = airports();
const DELAYED = FLIGHTS.filter((flight) => flight.delay > 60);
const DAY_MS = 86_400_000;

const timeOf = (date: string): number => Date.parse(`${date.replaceAll('/', '-').replace(' ', 'T')}:00Z`);
const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test('from two files to streams, joins, windows, and a table', async ({ bench, page }) => {
  await test.step('import a stream', async () => {
    await bench.showCatalog();
    await page.getByRole('button', { name: 'flights-20k.json' }).click();
    await expect(bench.dialog.getByRole('heading', { name: 'Import flights-20k.json' })).toBeVisible();
    const columns = bench.dialog.getByRole('region', { name: 'Columns' });
    for (const column of ['DATE', 'DELAY', 'DISTANCE', 'ORIGIN', 'DESTINATION']) {
      await expect(columns.getByRole('row', { name: column })).toBeVisible();
    }
    await expect(bench.dialog.getByRole('button', { name: /Key column/ })).toContainText('ORIGIN');
    await expect(bench.dialog.getByRole('button', { name: /Timestamp column/ })).toContainText('DATE');
    const statement = bench.dialog.getByRole('textbox', { name: /The statement that runs/ });
    await expect(statement).toHaveValue(
      /CREATE STREAM FLIGHTS \([\s\S]*ORIGIN STRING KEY[\s\S]*TIMESTAMP\s*=\s*'DATE'/,
    );
    // The statement is the person's to edit: here the partitions.
    await statement.fill((await statement.inputValue()).replace(/PARTITIONS\s*=\s*4/, 'PARTITIONS = 3'));
    await bench.dialog.getByRole('button', { name: 'Create and load' }).click();
    await bench.expectLoaded('FLIGHTS', FLIGHTS.length);
    await bench.dialog.getByRole('button', { name: 'See the topic' }).click();
    await bench.expectRecords('flights', FLIGHTS.length);
    await expect(bench.topic('flights').getByRole('listbox')).toHaveAccessibleName('Records of flights, 3 partitions');
  });

  await test.step('import a table', async () => {
    await page.getByRole('button', { name: 'airports.csv' }).click();
    await expect(bench.dialog.getByRole('textbox', { name: /The statement that runs/ })).toHaveValue(
      /CREATE TABLE AIRPORTS \([\s\S]*IATA STRING PRIMARY KEY/,
    );
    await bench.dialog.getByRole('textbox', { name: 'Partitions' }).fill('3');
    await bench.dialog.getByRole('button', { name: 'Create and load' }).click();
    await bench.expectLoaded('AIRPORTS', AIRPORTS.size);
    await bench.dialog.getByRole('button', { name: 'See the topic' }).click();
    await bench.expectRecords('airports', AIRPORTS.size);
  });

  await test.step('a stream of the delayed', async () => {
    await bench.runStatement(
      'CREATE STREAM delayed AS SELECT origin, destination, delay, distance FROM flights WHERE delay > 60 EMIT CHANGES;',
      /CSAS_DELAYED_\d+/,
    );
    await bench.expectRecords('DELAYED', DELAYED.length);
  });

  await test.step('a push query with a limit', async () => {
    const rows = await bench.query('SELECT origin, delay FROM delayed EMIT CHANGES LIMIT 5;', 5);
    await expect(bench.results.getByText('The LIMIT is reached')).toBeVisible();
    expect(rows).toHaveLength(5);
    const pairs = new Set(DELAYED.map((flight) => `${flight.origin} ${flight.delay}`));
    for (const row of rows) {
      expect(row[0]).toBe('+I');
      expect(pairs).toContain(`${row[3]} ${row[4]}`);
    }
  });

  await test.step('a stream joined to a table', async () => {
    await bench.runStatement(
      'CREATE STREAM delayed_named AS SELECT d.origin AS origin, a.name AS name, a.city, d.delay FROM delayed d JOIN airports a ON d.origin = a.iata EMIT CHANGES;',
      /CSAS_DELAYED_NAMED_\d+/,
    );
    await bench.expectRecords('DELAYED_NAMED', DELAYED.filter((flight) => AIRPORTS.has(flight.origin)).length);
    const rows = await bench.query('SELECT origin, name FROM delayed_named EMIT CHANGES LIMIT 20;', 20);
    for (const row of rows) expect(row[4]).toBe(AIRPORTS.get(row[3] ?? ''));
  });

  await test.step('a windowed table', async () => {
    await bench.runStatement(
      'CREATE TABLE delay_by_airport AS SELECT origin, COUNT(*) AS flights, AVG(delay) AS avg_delay FROM flights WINDOW TUMBLING (SIZE 1 DAY, RETENTION 120 DAYS) GROUP BY origin EMIT CHANGES;',
      /CTAS_DELAY_BY_AIRPORT_\d+/,
    );
    await bench.expectCaughtUp();
  });

  await test.step('a pull query by key', async () => {
    const byDay = new Map<number, number[]>();
    for (const flight of FLIGHTS.filter((f) => f.origin === 'SFO')) {
      const day = Math.floor(timeOf(flight.date) / DAY_MS) * DAY_MS;
      byDay.set(day, [...(byDay.get(day) ?? []), flight.delay]);
    }
    const [day, delays] = [...byDay].find(([, values]) => values.length > 3) ?? [0, []];
    const rows = await bench.query(
      `SELECT origin, windowstart, flights, avg_delay FROM delay_by_airport WHERE origin = 'SFO' AND windowstart = ${day};`,
      1,
    );
    const [row = []] = rows;
    expect(row.slice(0, 3)).toEqual(['SFO', String(day), String(delays.length)]);
    expect(Number(row[3])).toBeCloseTo(average(delays), 9);
    await bench.query("SELECT * FROM delay_by_airport WHERE origin = 'SFO';", byDay.size);
  });

  await test.step('the same table in its panel', async () => {
    await bench.show('Tables');
    const days = new Set(FLIGHTS.map((f) => `${f.origin} ${Math.floor(timeOf(f.date) / DAY_MS)}`));
    await expect(bench.picture.getByText(new RegExp(`${days.size.toLocaleString('en')} rows`))).toBeVisible();
    expect(
      (await rowsOf(bench.picture.getByRole('grid', { name: 'Rows of DELAY_BY_AIRPORT' }))).length,
    ).toBeGreaterThan(5);
  });

  await test.step('a stream joined to a stream', async () => {
    await bench.runStatement(
      'CREATE STREAM connections AS SELECT i.destination AS airport, i.origin AS came_from, o.destination AS goes_to FROM flights i JOIN delayed o WITHIN 30 MINUTES ON i.destination = o.origin EMIT CHANGES;',
      /CSAS_CONNECTIONS_\d+/,
    );
    const outOf = new Map<string, number[]>();
    for (const flight of DELAYED) outOf.set(flight.origin, [...(outOf.get(flight.origin) ?? []), timeOf(flight.date)]);
    let pairs = 0;
    for (const flight of FLIGHTS) {
      const at = timeOf(flight.date);
      for (const out of outOf.get(flight.destination) ?? []) if (Math.abs(out - at) <= 30 * 60_000) pairs++;
    }
    await bench.expectCaughtUp();
    await bench.expectRecords('CONNECTIONS', pairs);
  });

  await test.step('a record in the inspector', async () => {
    await bench.topic('flights').getByRole('listbox').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await expect(bench.inspector.getByRole('heading', { name: 'flights' })).toBeVisible();
    const body = bench.inspector.getByRole('region', { name: 'Record in full' });
    await expect(body).toContainText('2001-01-01');
    await expect(body).toContainText('"DESTINATION"');
    await expect(body).toContainText(/CRC [0-9a-f]{8}/);
    await bench.inspector.getByRole('button', { name: 'Bytes' }).click();
    await expect(body).toContainText('7b 22'); // {"
    await bench.inspector.getByRole('button', { name: 'Close the inspector' }).click();
  });

  await test.step('insert a flight and see it pass', async () => {
    await bench.runStatement(
      "INSERT INTO flights (origin, date, delay, distance, destination) VALUES ('SFO', '2001/04/01 12:00', 90, 337, 'LAX');",
      /1 row|[Ii]nserted/,
    );
    await bench.expectRecords('flights', FLIGHTS.length + 1);
    await bench.expectRecords('DELAYED', DELAYED.length + 1);
  });

  await test.step('print a topic', async () => {
    const rows = await bench.query('PRINT airports FROM BEGINNING LIMIT 3;', 3);
    for (const row of rows) expect(row.join(' ')).toMatch(/"NAME"/);
  });

  await test.step('describe and explain', async () => {
    await bench.run('DESCRIBE delayed EXTENDED;');
    await expect(bench.results.getByRole('grid')).toContainText('ORIGIN');
    await expect(bench.results).toContainText('CSAS_DELAYED_');
    await expect(bench.results).toContainText(/WHERE delay > 60/i);
    await bench.run('EXPLAIN SELECT origin, COUNT(*) FROM flights GROUP BY origin EMIT CHANGES;');
    await expect(bench.results).toContainText('Sub-topology: 0');
  });

  await test.step('the topology as a graph', async () => {
    await bench.show('Topology');
    await bench.picture.getByRole('button', { name: 'Query' }).click();
    await page.getByRole('option', { name: /CSAS_CONNECTIONS/ }).click();
    const graph = bench.picture.getByRole('group', { name: /nodes/ });
    await expect(graph.getByRole('button', { name: /^topic.*repartition/ }).first()).toBeVisible();
    await expect(graph.getByRole('button', { name: /^topic.*changelog/ }).first()).toBeVisible();
    await expect(graph.getByRole('button', { name: /^state store/ }).first()).toBeVisible();
    await expect(graph.getByText('sub-topology 1')).toBeVisible();
    await graph.getByRole('button', { name: /^topic, flights/ }).click();
    await expect(bench.picture.getByRole('tab', { name: 'Topics', selected: true })).toBeVisible();
  });

  await test.step('terminate and drop', async () => {
    await bench.show('Queries');
    const name = bench.picture.getByRole('button', { name: /^CSAS_CONNECTIONS_\d+$/ });
    const id = (await name.textContent()) ?? '';
    await bench.runStatement(`TERMINATE ${id};`, /[Tt]erminated/);
    await expect(name).toBeHidden();
    await bench.runStatement('DROP STREAM connections DELETE TOPIC;', /CONNECTIONS.* dropped|[Dd]ropped.*CONNECTIONS/);
    await bench.show('Topics');
    await expect(bench.topic('CONNECTIONS')).toBeHidden();
    await bench.showCatalog();
    await expect(bench.left.getByRole('button', { name: 'CONNECTIONS', exact: true })).toHaveCount(0);
    await expect(bench.left.getByRole('button', { name: 'DELAYED', exact: true }).first()).toBeVisible();
  });
});
