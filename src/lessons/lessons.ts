import { FLIGHTS } from './flights.ts';
import { LATE_RECORDS } from './late-records.ts';
import type { Lesson } from './lesson.ts';

/** The first is for who is new. */
export const LESSONS: readonly [Lesson, ...Lesson[]] = [FLIGHTS, LATE_RECORDS];
