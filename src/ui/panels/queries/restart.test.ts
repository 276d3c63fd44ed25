import { expect, it } from 'vitest';
import { restartStatement } from './restart.ts';

it.each([
  ['create table T AS SELECT 1;', true, 'create OR REPLACE table T AS SELECT 1;'],
  ['CREATE STREAM IF NOT EXISTS A AS SELECT 1;', true, 'CREATE OR REPLACE STREAM A AS SELECT 1;'],
  ['CREATE OR REPLACE STREAM A AS SELECT 1;', true, 'CREATE OR REPLACE STREAM A AS SELECT 1;'],
  ['INSERT INTO A SELECT 1;', true, 'INSERT INTO A SELECT 1;'],
  ['CREATE TABLE T AS SELECT 1;', false, 'CREATE TABLE T AS SELECT 1;'],
])('%s, its sink kept: %s', (statement, isKept, wanted) => {
  expect(restartStatement(statement, isKept)).toBe(wanted);
});
