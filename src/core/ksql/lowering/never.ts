import { WeirError } from '../../common/errors.ts';

export function assertNever(message: string): never {
  throw new WeirError('INTERNAL', message);
}
