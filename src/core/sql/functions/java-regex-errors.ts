import { WeirError } from '../../common/errors.ts';

/** The error for what Java would refuse as well. */
export function invalid(source: string, problem: string, cause?: unknown): WeirError {
  return new WeirError('INVALID_REGEX', `'${source}' is not a regular expression: ${problem}.`, {
    hint: "Patterns are those of Java's java.util.regex.Pattern.",
    details: { pattern: source },
    cause,
  });
}

/** The error for what Java has and a linear-time engine has not. */
export function unsupported(source: string, construct: string): WeirError {
  return new WeirError('UNSUPPORTED_REGEX', `The regular expression '${source}' uses ${construct}.`, {
    hint: 'Patterns run in linear time here, which leaves out what needs backtracking. Say it without, or with a CASE around two patterns.',
    details: { pattern: source, construct },
  });
}
