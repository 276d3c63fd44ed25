/**
 * The schema registry: each subject's versions, what differs between two of them, which rule the next one is held to, and
 * a place to try and register it.
 */
import { useState } from 'react';
import type { SchemaVersion, SubjectInfo } from '../../../protocol/api.ts';
import { useClient } from '../../app/engine.tsx';
import { Badge, Button, ErrorNote, IconButton, Select } from '../../components/controls.tsx';
import { Empty } from '../../components/Empty.tsx';
import { CompatibilityFoot } from './CompatibilityFoot.tsx';
import { EXAMPLES } from './examples.ts';
import { lineDiff } from './line-diff.ts';
import { useSubjects, useVersions } from './registry-data.ts';
import { prettySchema } from './schema-text.ts';
import { SchemaForm } from './SchemaForm.tsx';
import { setSchemas, useSchemas } from './state.ts';
import './schemas.css';

export function SchemasPanel() {
  const { subjects, error } = useSubjects();
  const chosen = useSchemas((s) => s.subject);
  const draft = useSchemas((s) => s.draft);
  if (error !== undefined) {
    return (
      <div className="schema-body">
        <ErrorNote error={error} />
      </div>
    );
  }
  if (draft !== undefined) return <SchemaForm draft={draft} />;
  const newSubject = (): void =>
    setSchemas({
      draft: { subject: 'orders-value', type: 'AVRO', schema: EXAMPLES.AVRO, references: [], isNew: true },
    });
  if (subjects === undefined) return <div className="schema-body" aria-busy="true" />;
  if (subjects.length === 0) {
    return (
      <Empty
        title="The registry has no schema yet"
        sql={
          "CREATE STREAM ORDERS (\n  ID INT KEY,\n  ITEM STRING,\n  AMOUNT DOUBLE\n) WITH (\n  KAFKA_TOPIC = 'orders',\n  PARTITIONS = 1,\n  VALUE_FORMAT = 'AVRO'\n);"
        }
        action={
          <Button small icon="plus" onPress={newSubject}>
            Register one by hand
          </Button>
        }
      >
        A stream or table in AVRO, PROTOBUF or JSON_SR registers the schema of its columns under its topic’s name:{' '}
        <code>orders-value</code>. Every record then carries the schema’s id.
      </Empty>
    );
  }
  const subject = subjects.find((s) => s.subject === chosen) ?? subjects[0];
  return subject === undefined ? null : (
    <SubjectView key={subject.subject} subject={subject} subjects={subjects} onNewSubject={newSubject} />
  );
}

function SubjectView(props: {
  readonly subject: SubjectInfo;
  readonly subjects: readonly SubjectInfo[];
  readonly onNewSubject: () => void;
}) {
  const { subject, subjects } = props;
  const versions = useVersions(subject.subject);
  const [chosen, setChosen] = useState<number | undefined>();
  const [against, setAgainst] = useState<number | undefined>();
  const latest = versions.findLast((v) => !v.isDeleted);
  const shown = versions.find((v) => v.version === chosen) ?? latest ?? versions.at(-1);
  const compared = versions.find((v) => v.version === against);
  const other = compared === shown ? undefined : compared;
  const titleOf = (v: SchemaVersion): string =>
    `Version ${v.version}${v === latest ? ', the latest' : v.isDeleted ? ', deleted' : ''}`;
  return (
    <>
      <div className="panel-bar">
        <Select
          label="Subject"
          value={subject.subject}
          choices={subjects.map((s) => ({
            id: s.subject,
            label: s.versions === 0 ? `${s.subject} (deleted)` : s.subject,
          }))}
          onChange={(name) => setSchemas({ subject: name })}
        />
        <Badge>{subject.type}</Badge>
        <span className="spacer" />
        <Button small icon="plus" onPress={props.onNewSubject}>
          New subject
        </Button>
      </div>
      <div className="panel-bar">
        {shown !== undefined && (
          <Select
            label="Version"
            value={String(shown.version)}
            choices={versions.toReversed().map((v) => ({ id: String(v.version), label: titleOf(v) }))}
            onChange={(version) => setChosen(Number(version))}
          />
        )}
        {versions.length > 1 && (
          <Select
            label="Compare with"
            value={String(other?.version ?? '')}
            choices={[
              { id: '', label: 'Compare with…' },
              ...versions
                .filter((v) => v !== shown)
                .map((v) => ({ id: String(v.version), label: `Changes since version ${v.version}` })),
            ]}
            onChange={(version) => setAgainst(version === '' ? undefined : Number(version))}
          />
        )}
        <span className="spacer" />
        {shown !== undefined && <span className="dim">id {shown.id}</span>}
        {shown !== undefined && (
          <DeleteButton subject={subject.subject} version={shown} onDeleted={() => setChosen(shown.version)} />
        )}
      </div>
      <div className="schema-body" tabIndex={0} role="region" aria-label={`Schema of ${subject.subject}`}>
        {shown !== undefined && <References version={shown} />}
        {shown !== undefined && <SchemaText version={shown} other={other} />}
      </div>
      <CompatibilityFoot subject={subject} latest={latest} />
    </>
  );
}

function DeleteButton(props: {
  readonly subject: string;
  readonly version: SchemaVersion;
  readonly onDeleted: () => void;
}) {
  const { subject, version } = props;
  const client = useClient();
  const label = version.isDeleted
    ? `Delete version ${version.version} for good: records with its id can no longer be read`
    : `Delete version ${version.version}: records with its id stay readable`;
  return (
    <IconButton
      icon="trash"
      label={label}
      onPress={() => void client.api.deleteSchema(subject, version.version).then(props.onDeleted, client.report)}
    />
  );
}

/** What the version refers to, what refers to it, and whether it is deleted. */
function References({ version }: { readonly version: SchemaVersion }) {
  const { references, referencedBy, isDeleted } = version;
  return (
    <>
      {isDeleted && (
        <p className="dim">
          This version is deleted: it no longer counts for its subject, and records with its id stay readable.
        </p>
      )}
      {references.map((reference) => (
        <p key={reference.name}>
          <code>{reference.name}</code> <span className="dim">is version {reference.version} of</span>{' '}
          <SubjectLink subject={reference.subject} />
        </p>
      ))}
      {referencedBy.map((user) => (
        <p key={`${user.subject} ${user.version}`}>
          <span className="dim">Version {user.version} of</span> <SubjectLink subject={user.subject} />{' '}
          <span className="dim">refers to it</span>
        </p>
      ))}
    </>
  );
}

function SubjectLink({ subject }: { readonly subject: string }) {
  return (
    <Button small kind="quiet" onPress={() => setSchemas({ subject })}>
      {subject}
    </Button>
  );
}

const SIGNS = { same: ' ', added: '+', removed: '-' } as const;
const SPOKEN = { same: '', added: 'added: ', removed: 'removed: ' } as const;

function SchemaText({
  version,
  other,
}: {
  readonly version: SchemaVersion;
  readonly other: SchemaVersion | undefined;
}) {
  const text = prettySchema(version.type, version.schema);
  if (other === undefined) {
    return (
      <pre className="schema-text" tabIndex={0} role="group" aria-label={`Version ${version.version}`}>
        {text}
      </pre>
    );
  }
  const lines = lineDiff(prettySchema(other.type, other.schema), text);
  return (
    <pre
      className="schema-text"
      tabIndex={0}
      role="group"
      aria-label={`Changes from version ${other.version} to version ${version.version}`}
    >
      {lines.map((line, index) => (
        <span key={index} className={`schema-line ${line.kind}`}>
          <span aria-hidden="true">{SIGNS[line.kind]} </span>
          <span className="visually-hidden">{SPOKEN[line.kind]}</span>
          {line.text}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}
