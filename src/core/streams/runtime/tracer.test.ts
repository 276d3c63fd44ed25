import { expect, it } from 'vitest';
import { StreamsBuilder } from '../dsl/streams-builder.ts';
import { stringToNumber, TestDriver } from '../testing.ts';

it('shows each record on its way, and why it stopped', () => {
  const builder = new StreamsBuilder();
  builder
    .stream('in', { ...stringToNumber, name: 'source' })
    .filter((_key, value) => (value ?? 0) > 1, 'large')
    .mapValues((_key, value) => (value ?? 0) * 10, 'tenfold')
    .to('out', { ...stringToNumber, name: 'sink' });
  const driver = new TestDriver(builder.build());
  const seen: string[] = [];
  driver.driver.attachTracer({
    trace: ({ depth, node, verdict, reason, record }) => {
      seen.push(
        `${'  '.repeat(depth)}${node} ${verdict}${reason === undefined ? '' : ` ${reason}`} ${String(record.value)}`,
      );
    },
  });
  driver.pipe('in', 'a', 1, 0).pipe('in', 'a', 2, 0);
  expect(seen).toEqual([
    'source enter 1',
    '  large enter 1',
    '  large drop filtered 1',
    'source enter 2',
    '  large enter 2',
    '    tenfold enter 2',
    '      sink enter 20',
  ]);
  driver.driver.attachTracer(undefined);
  seen.length = 0;
  expect(driver.pipe('in', 'a', 3, 0).read('out')).toEqual(['a:20@0', 'a:30@0']);
  expect(seen).toEqual([]);
});
