/**
 * A report as JUnit XML, in the form that CI servers read: a suite for each file, a case for each test, and in a case that
 * failed the message and the whole text.
 */
export interface JunitCase {
  readonly name: string;
  readonly durationMs: number;
  readonly failure: { readonly type: string; readonly text: string } | undefined;
}

export interface JunitSuite {
  readonly name: string;
  readonly cases: readonly JunitCase[];
}

export function junitXml(name: string, suites: readonly JunitSuite[], elapsedMs: number): string {
  const all = suites.flatMap((suite) => suite.cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escaped(name)}" ${counts(all)} time="${seconds(elapsedMs)}">`,
    ...suites.flatMap((suite) => [
      `  <testsuite name="${escaped(suite.name)}" ${counts(suite.cases)} time="${seconds(sum(suite.cases))}">`,
      ...suite.cases.map((each) => caseXml(each, suite.name)),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function caseXml({ name, durationMs, failure }: JunitCase, suite: string): string {
  const head = `    <testcase name="${escaped(name)}" classname="${escaped(suite)}" time="${seconds(durationMs)}"`;
  if (failure === undefined) return `${head} />`;
  const message = escaped(failure.text.split('\n')[0] ?? '');
  const body = `      <failure message="${message}" type="${escaped(failure.type)}">${escaped(failure.text)}</failure>`;
  return `${head}>\n${body}\n    </testcase>`;
}

function counts(cases: readonly JunitCase[]): string {
  const failures = cases.filter((each) => each.failure !== undefined).length;
  return `tests="${cases.length}" failures="${failures}" errors="0" skipped="0"`;
}

const sum = (cases: readonly JunitCase[]): number => cases.reduce((total, each) => total + each.durationMs, 0);
const seconds = (ms: number): string => (ms / 1000).toFixed(3);

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that XML 1.0 cannot hold (section 2.2) become U+FFFD. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}');
}
