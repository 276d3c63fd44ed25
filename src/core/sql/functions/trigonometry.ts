/** Functions of angles, in radians, and the distance of two points on the earth. NaN where a value is out of range. */
import { functionFailed, quoted } from './failure.ts';
import type { SqlFunction } from './function.ts';
import { onNumberPairs, onNumbers } from './math.ts';
import { example, lenient, scalar, strict } from './signature.ts';

const MATH = 'MATHEMATICAL';

// As Math.toRadians and Math.toDegrees of Java 8, in this order of operations.
const toRadians = (degrees: number): number => (degrees / 180) * Math.PI;
const toDegrees = (radians: number): number => (radians * 180) / Math.PI;

// ------------------------------------------------------------------------------------------------- distance

const EARTH_RADIUS_KM = 6371;
const EARTH_RADIUS_MILES = 3959;

const KM_NAMES = new Set(['KM', 'KILOMETER', 'KILOMETERS', 'KILOMETRE', 'KILOMETRES']);
const MILE_NAMES = new Set(['MI', 'MILE', 'MILES']);

function radiusIn(unit: string): number {
  const name = unit.toUpperCase();
  if (KM_NAMES.has(name)) return EARTH_RADIUS_KM;
  if (MILE_NAMES.has(name)) return EARTH_RADIUS_MILES;
  throw functionFailed('GEO_DISTANCE', `${quoted(unit)} is no unit of distance`, { hint: "Use 'KM' or 'MILES'." });
}

function checkLatitude(latitude: number): void {
  if (!(Math.abs(latitude) <= 90))
    throw functionFailed('GEO_DISTANCE', `a latitude is from -90 to 90, not ${latitude}`);
}

function checkLongitude(longitude: number): void {
  if (!(Math.abs(longitude) <= 180)) {
    throw functionFailed('GEO_DISTANCE', `a longitude is from -180 to 180, not ${longitude}`);
  }
}

/** The haversine formula, on a sphere. */
function distance(lat1: number, lon1: number, lat2: number, lon2: number, unit: string | null): number {
  checkLatitude(lat1);
  checkLatitude(lat2);
  checkLongitude(lon1);
  checkLongitude(lon2);
  const haversine = (angle: number): number => Math.sin(angle / 2) ** 2;
  const h =
    haversine(toRadians(lat2 - lat1)) +
    haversine(toRadians(lon2 - lon1)) * Math.cos(toRadians(lat1)) * Math.cos(toRadians(lat2));
  return (unit === null ? EARTH_RADIUS_KM : radiusIn(unit)) * 2 * Math.asin(Math.sqrt(h));
}

export const trigonometryFunctions: readonly SqlFunction[] = [
  scalar('ACOS', MATH, 'The inverse cosine.', [example('ACOS(1)', '0.0')], onNumbers(Math.acos)),
  scalar('ASIN', MATH, 'The inverse sine.', [example('ASIN(0)', '0.0')], onNumbers(Math.asin)),
  scalar('ATAN', MATH, 'The inverse tangent.', [example('ATAN(0)', '0.0')], onNumbers(Math.atan)),
  scalar(
    'ATAN2',
    MATH,
    'The angle of the point (x, y), given as ATAN2(y, x).',
    [example('ATAN2(1, 1)', '0.7853981633974483')],
    onNumberPairs('y', 'x', Math.atan2),
  ),
  scalar('COS', MATH, 'The cosine.', [example('COS(0)', '1.0')], onNumbers(Math.cos)),
  scalar('COSH', MATH, 'The hyperbolic cosine.', [example('COSH(0)', '1.0')], onNumbers(Math.cosh)),
  scalar(
    'COT',
    MATH,
    'The cotangent.',
    [example('COT(0)', 'Infinity')],
    onNumbers((angle) => 1 / Math.tan(angle)),
  ),
  scalar('DEGREES', MATH, 'An angle in radians as degrees.', [example('DEGREES(PI())', '180.0')], onNumbers(toDegrees)),
  scalar('PI', MATH, 'The number pi.', [example('PI()', '3.141592653589793')], [strict('-> DOUBLE', () => Math.PI)]),
  scalar(
    'RADIANS',
    MATH,
    'An angle in degrees as radians.',
    [example('RADIANS(180)', '3.141592653589793')],
    onNumbers(toRadians),
  ),
  scalar('SIN', MATH, 'The sine.', [example('SIN(0)', '0.0')], onNumbers(Math.sin)),
  scalar('SINH', MATH, 'The hyperbolic sine.', [example('SINH(0)', '0.0')], onNumbers(Math.sinh)),
  scalar('TAN', MATH, 'The tangent.', [example('TAN(0)', '0.0')], onNumbers(Math.tan)),
  scalar('TANH', MATH, 'The hyperbolic tangent.', [example('TANH(0)', '0.0')], onNumbers(Math.tanh)),
  scalar(
    'GEO_DISTANCE',
    MATH,
    "The distance of two points on the earth, each a latitude and a longitude in degrees, in 'KM' or 'MILES'.",
    [example("ROUND(GEO_DISTANCE(37.4e0, -122.1e0, 51.5e0, -0.1e0, 'KM'))", '8638')],
    [
      lenient(
        'lat1 DOUBLE, lon1 DOUBLE, lat2 DOUBLE, lon2 DOUBLE, unit STRING -> DOUBLE',
        (a: number | null, b: number | null, c: number | null, d: number | null, unit: string | null) =>
          a === null || b === null || c === null || d === null ? null : distance(a, b, c, d, unit),
      ),
      strict(
        'lat1 DOUBLE, lon1 DOUBLE, lat2 DOUBLE, lon2 DOUBLE -> DOUBLE',
        (a: number, b: number, c: number, d: number) => distance(a, b, c, d, null),
      ),
    ],
  ),
];
