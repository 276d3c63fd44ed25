/**
 * The schema registry: each subject's versions, what differs between two of them, which rule the next one is held to, and
 * a place to try and register it.
 */
import { useEffect, useState } from 'react';
import { toWireError } from '../../../client/errors.ts';
import type { SchemaVersion, SubjectInfo, WireError } from '../../../protocol/api.ts';
import { useClient, useEngine } from '../../app/engine.tsx';
import { Badge, Button, ErrorNote, Select } from '../../components/controls.tsx';
import { Empty } from '../../components/Empty.tsx';
import { lineDiff } from './line-diff.ts';
import { LEVEL_NAMES, LEVELS } from './levels.ts';
import { prettySchema } from './schema-text.ts';
import { SchemaForm } from './SchemaForm.tsx';
import { setSchemas, useSchemas } from './state.ts';
import './schemas.css';

const NEW_SUBJECT_SCHEMA = `{
  "type": "record",
  "name": "Order",
  "fields": [
    { "name": "ITEM", "type": "string" },
    { "name": "AMOUNT", "type": ["null", "double"], "default": null }
  ]
}`;

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
    setSchemas({ draft: { subject: 'orders-value', type: 'AVRO', schema: NEW_SUBJECT_SCHEMA, isNew: true } });
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

/** Changes when the registry did. */
function useRegistryMark(): string {
  return useEngine((s) => `${s.topics.get('_schemas')?.partitions[0]?.highWatermark ?? 0} ${s.sources.size}`);
}

function useSubjects(): { readonly subjects?: readonly SubjectInfo[]; readonly error?: WireError } {
  const client = useClient();
  const mark = useRegistryMark();
  const [state, setState] = useState<ReturnType<typeof useSubjects>>({});
  useEffect(() => {
    let stopped = false;
    client.api.subjects().then(
      (subjects) => {
        if (!stopped) setState({ subjects });
      },
      (cause: unknown) => {
        if (!stopped) setState({ error: toWireError(cause) });
      },
    );
    return () => {
      stopped = true;
    };
  }, [client, mark]);
  return state;
}

function useVersions(subject: string): readonly SchemaVersion[] {
  const client = useClient();
  const mark = useRegistryMark();
  const [versions, setVersions] = useState<readonly SchemaVersion[]>([]);
  useEffect(() => {
    let stopped = false;
    client.api.subjectVersions(subject).then((found) => {
      if (!stopped) setVersions(found);
    }, client.report);
    return () => {
      stopped = true;
    };
  }, [client, subject, mark]);
  return versions;
}

function SubjectView(props: {
  readonly subject: SubjectInfo;
  readonly subjects: readonly SubjectInfo[];
  readonly onNewSubject: () => void;
}) {
  const { subject, subjects } = props;
  const client = useClient();
  const versions = useVersions(subject.subject);
  const [chosen, setChosen] = useState<number | undefined>();
  const [against, setAgainst] = useState<number | undefined>();
  const latest = versions.at(-1);
  const shown = versions.find((v) => v.version === chosen) ?? latest;
  const other = versions.find((v) => v.version === against);
  const titleOf = (v: SchemaVersion): string => `Version ${v.version}${v === latest ? ', the latest' : ''}`;
  return (
    <>
      <div className="panel-bar">
        <Select
          label="Subject"
          value={subject.subject}
          choices={subjects.map((s) => ({ id: s.subject, label: s.subject }))}
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
      </div>
      <div className="schema-body" tabIndex={0} role="region" aria-label={`Schema of ${subject.subject}`}>
        {shown !== undefined && <SchemaText version={shown} other={other === shown ? undefined : other} />}
      </div>
      <div className="schema-foot">
        <div className="schema-row">
          <span>Compatibility</span>
          <Select
            label="Compatibility level"
            value={subject.compatibility}
            choices={LEVEL_NAMES.map((level) => ({ id: level, label: level }))}
            onChange={(level) => void client.api.setCompatibility(subject.subject, level).catch(client.report)}
          />
          <span className="spacer" />
          {latest !== undefined && (
            <Button
              small
              onPress={() =>
                setSchemas({
                  draft: {
                    subject: subject.subject,
                    type: latest.type,
                    schema: prettySchema(latest.type, latest.schema),
                    isNew: false,
                  },
                })
              }
            >
              Evolve it: check a new version…
            </Button>
          )}
        </div>
        <p className="dim">{LEVELS[subject.compatibility]}</p>
      </div>
    </>
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
