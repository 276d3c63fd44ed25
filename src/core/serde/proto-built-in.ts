/**
 * The files that every Protobuf schema may import without a reference, as Confluent's registry knows them by itself. Those
 * whose messages have a meaning of their own in SQL (timestamps, dates, wrappers, decimals) are not here: see `proto-schema.ts`.
 */
const protobuf = (body: string): string => `syntax = "proto3"; package google.protobuf; ${body}`;
const type = (body: string): string => `syntax = "proto3"; package google.type; ${body}`;

export const BUILT_IN_PROTOS: ReadonlyMap<string, string> = new Map([
  ['google/protobuf/any.proto', protobuf('message Any { string type_url = 1; bytes value = 2; }')],
  ['google/protobuf/duration.proto', protobuf('message Duration { int64 seconds = 1; int32 nanos = 2; }')],
  ['google/protobuf/empty.proto', protobuf('message Empty {}')],
  ['google/protobuf/field_mask.proto', protobuf('message FieldMask { repeated string paths = 1; }')],
  [
    'google/protobuf/struct.proto',
    protobuf(
      'message Struct { map<string, Value> fields = 1; } ' +
        'message Value { oneof kind { NullValue null_value = 1; double number_value = 2; string string_value = 3; ' +
        'bool bool_value = 4; Struct struct_value = 5; ListValue list_value = 6; } } ' +
        'enum NullValue { NULL_VALUE = 0; } message ListValue { repeated Value values = 1; }',
    ),
  ],
  ['google/type/latlng.proto', type('message LatLng { double latitude = 1; double longitude = 2; }')],
  ['google/type/money.proto', type('message Money { string currency_code = 1; int64 units = 2; int32 nanos = 3; }')],
  ['google/type/fraction.proto', type('message Fraction { int64 numerator = 1; int64 denominator = 2; }')],
  [
    'google/type/dayofweek.proto',
    type(
      'enum DayOfWeek { DAY_OF_WEEK_UNSPECIFIED = 0; MONDAY = 1; TUESDAY = 2; WEDNESDAY = 3; THURSDAY = 4; FRIDAY = 5; ' +
        'SATURDAY = 6; SUNDAY = 7; }',
    ),
  ],
  [
    'google/type/month.proto',
    type(
      'enum Month { MONTH_UNSPECIFIED = 0; JANUARY = 1; FEBRUARY = 2; MARCH = 3; APRIL = 4; MAY = 5; JUNE = 6; JULY = 7; ' +
        'AUGUST = 8; SEPTEMBER = 9; OCTOBER = 10; NOVEMBER = 11; DECEMBER = 12; }',
    ),
  ],
  [
    'google/type/color.proto',
    type('message Color { float red = 1; float green = 2; float blue = 3; google.protobuf.FloatValue alpha = 4; }'),
  ],
  [
    'google/type/interval.proto',
    type('message Interval { google.protobuf.Timestamp start_time = 1; google.protobuf.Timestamp end_time = 2; }'),
  ],
]);
