/** WINDOW_TYPE and WINDOW_SIZE: the windows of the keys that are in a topic already. */
import { nearest } from '../../common/nearest.ts';
import { writeText } from '../../sql/format-expression.ts';
import type { WindowInfo, WindowType } from '../catalog.ts';
import { durationMs } from '../durations.ts';
import type { Properties } from './properties.ts';

/**
 * Undefined: the keys are not windowed. Sessions have no size, for each has its own.
 * @throws WeirError INVALID_PROPERTY when the type is unknown, or the size is missing, or there should be none
 */
export function windowInfo(properties: Properties): WindowInfo | undefined {
  const type = properties.text('WINDOW_TYPE')?.toUpperCase();
  const size = properties.text('WINDOW_SIZE');
  if (type === undefined) {
    if (size !== undefined)
      throw properties.fault(
        'WINDOW_SIZE',
        'WINDOW_SIZE needs a WINDOW_TYPE.',
        "Add WINDOW_TYPE = 'TUMBLING' or 'HOPPING'.",
      );
    return undefined;
  }
  if (type !== 'TUMBLING' && type !== 'HOPPING' && type !== 'SESSION') {
    const close = nearest(type, ['TUMBLING', 'HOPPING', 'SESSION'])[0];
    throw properties.badValue(
      'WINDOW_TYPE',
      `WINDOW_TYPE cannot be '${type}'.`,
      'It is TUMBLING, HOPPING or SESSION.',
      close === undefined ? undefined : writeText(close),
    );
  }
  const windowType: WindowType = type;
  if (windowType === 'SESSION') {
    if (size !== undefined)
      throw properties.fault('WINDOW_SIZE', "'WINDOW_SIZE' has no meaning for 'SESSION' windows.", 'Leave it out.');
    return { type: windowType, sizeMs: undefined };
  }
  if (size === undefined) {
    throw properties.fault(
      'WINDOW_TYPE',
      `'${windowType}' windows need a 'WINDOW_SIZE', such as '10 SECONDS'.`,
      "Add WINDOW_SIZE = '10 SECONDS'.",
    );
  }
  const sizeMs = durationMs(size);
  if (sizeMs === undefined || sizeMs <= 0)
    throw properties.badValue('WINDOW_SIZE', `'${size}' is not a length of time.`, "Write it as '30 SECONDS'.");
  return { type: windowType, sizeMs };
}
