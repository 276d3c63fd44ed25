/** The schemas that a draft refers to: the name that its text uses, and the version of a subject that it stands for. */
import type { SchemaReference, SubjectInfo } from '../../../protocol/api.ts';
import { Button, IconButton, Select } from '../../components/controls.tsx';
import { useVersions } from './registry-data.ts';

export function ReferenceRows(props: {
  readonly references: readonly SchemaReference[];
  /** Those that may be referred to. */
  readonly subjects: readonly SubjectInfo[];
  /** What a new reference is called at first: `order.proto`. */
  readonly newName: (subject: string) => string;
  readonly onChange: (references: readonly SchemaReference[]) => void;
}) {
  const { references, subjects, onChange } = props;
  const first = subjects[0]?.subject;
  return (
    <>
      {references.map((reference, index) => (
        <ReferenceRow
          key={index}
          reference={reference}
          subjects={subjects}
          onChange={(changed) => onChange(references.map((other, i) => (i === index ? changed : other)))}
          onRemove={() => onChange(references.filter((_, i) => i !== index))}
        />
      ))}
      {first !== undefined && (
        <Button
          small
          kind="quiet"
          icon="plus"
          onPress={() => onChange([...references, { name: props.newName(first), subject: first, version: 1 }])}
        >
          Refer to another schema
        </Button>
      )}
    </>
  );
}

function ReferenceRow(props: {
  readonly reference: SchemaReference;
  readonly subjects: readonly SubjectInfo[];
  readonly onChange: (reference: SchemaReference) => void;
  readonly onRemove: () => void;
}) {
  const { reference, subjects, onChange } = props;
  const versions = useVersions(reference.subject).filter((v) => !v.isDeleted);
  return (
    <div className="schema-row">
      <input
        className="field mono"
        aria-label="Name in the schema"
        spellCheck={false}
        value={reference.name}
        onChange={(event) => onChange({ ...reference, name: event.target.value })}
      />
      <span className="dim">is</span>
      <Select
        label="Subject that it stands for"
        value={reference.subject}
        choices={subjects.map((s) => ({ id: s.subject, label: s.subject }))}
        onChange={(subject) => onChange({ ...reference, subject, version: 1 })}
      />
      <Select
        label="Version that it stands for"
        value={String(reference.version)}
        choices={versions.map((v) => ({ id: String(v.version), label: `version ${v.version}` }))}
        onChange={(version) => onChange({ ...reference, version: Number(version) })}
      />
      <IconButton icon="close" label="Remove the reference" onPress={props.onRemove} />
    </div>
  );
}
