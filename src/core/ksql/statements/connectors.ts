/** The statements of Kafka Connect. There is no Connect cluster: what they would change is not there, and they say so. */
import { WeirError } from '../../common/errors.ts';
import type { CreateConnector, DescribeConnector, DropConnector } from '../../sql/ast.ts';
import { status, type StatusOutput } from '../output.ts';

export const INSTEAD_OF_CONNECTORS =
  'Records come in by INSERT INTO ... VALUES, from files on the page, and by --input of the command line.';

const NAMES = {
  createConnector: 'CREATE CONNECTOR',
  dropConnector: 'DROP CONNECTOR',
  describeConnector: 'DESCRIBE CONNECTOR',
} as const;

/** @throws WeirError UNSUPPORTED_STATEMENT, unless nothing was to be done */
export function connectorStatement(statement: CreateConnector | DropConnector | DescribeConnector): StatusOutput {
  const { name } = statement.name;
  if (statement.kind === 'dropConnector' && statement.ifExists) return status(`Connector ${name} does not exist`);
  throw new WeirError(
    'UNSUPPORTED_STATEMENT',
    `${NAMES[statement.kind]} needs a Kafka Connect cluster, and there is none here.`,
    { span: statement.span, hint: INSTEAD_OF_CONNECTORS, details: { connector: name } },
  );
}
