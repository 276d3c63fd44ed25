/**
 * The seed of property tests: `WEIR_SEED` when it is given, one that is always the same in CI, so that a change is judged by
 * what it changes, and a new one at every other run, so that the tests go on searching. A failure prints its seed.
 */
import fc from 'fast-check';

const given = process.env['WEIR_SEED'] ?? (process.env['CI'] === 'true' ? '20260101' : undefined);
if (given !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(given) });
