import { useState } from 'react';
import type { ImportPlan } from '../../protocol/api.ts';
import { Select } from '../components/controls.tsx';

const TYPES = ['STRING', 'INTEGER', 'BIGINT', 'DOUBLE', 'BOOLEAN', 'TIMESTAMP', 'DATE', 'TIME', 'BYTES'];
const NONE = '\u2014';
const NO_TIMESTAMP = { STREAM: 'time of the import', TABLE: 'rows hold since ever' } as const;

/** The fields of a plan. A change of one rewrites the statement; an edit of the statement wins over them all. */
export function PlanForm(props: {
  readonly plan: ImportPlan;
  readonly onChange: (plan: ImportPlan) => void;
  readonly onStatement: (statement: string) => void;
}) {
  const { plan, onChange, onStatement } = props;
  const names = plan.columns.map((column) => column.name);
  const columnChoices = [{ id: NONE, label: 'none' }, ...names.map((name) => ({ id: name, label: name }))];
  return (
    <div className="plan">
      <div className="plan-fields">
        <Field label="Make a">
          <Select
            label="Stream or table"
            value={plan.sourceKind}
            choices={[
              { id: 'STREAM', label: 'Stream of all records' },
              { id: 'TABLE', label: 'Table, latest by key' },
            ]}
            onChange={(sourceKind) => onChange({ ...plan, sourceKind })}
          />
        </Field>
        <Field label="Named">
          <LazyInput
            label="Name"
            value={plan.sourceName}
            onCommit={(sourceName) => onChange({ ...plan, sourceName })}
          />
        </Field>
        <Field label="Key">
          <Select
            label="Key column"
            value={plan.keyColumn ?? NONE}
            choices={columnChoices}
            onChange={(key) => onChange({ ...plan, keyColumn: key === NONE ? undefined : key })}
          />
        </Field>
        <Field label="Time">
          <Select
            label="Timestamp column"
            value={plan.timestampColumn ?? NONE}
            choices={columnChoices.map((c) => (c.id === NONE ? { ...c, label: NO_TIMESTAMP[plan.sourceKind] } : c))}
            onChange={(column) => onChange({ ...plan, timestampColumn: column === NONE ? undefined : column })}
          />
        </Field>
        {plan.timestampColumn !== undefined && (
          <Field label="Format">
            <LazyInput
              label="Timestamp format"
              value={plan.timestampFormat ?? ''}
              placeholder="milliseconds"
              onCommit={(format) => onChange({ ...plan, timestampFormat: format === '' ? undefined : format })}
            />
          </Field>
        )}
        <Field label="Topic">
          <LazyInput label="Topic" value={plan.topic} onCommit={(topic) => onChange({ ...plan, topic })} />
        </Field>
        <Field label="Partitions">
          <LazyInput
            label="Partitions"
            value={String(plan.partitions)}
            onCommit={(text) => {
              const partitions = Number(text);
              if (Number.isInteger(partitions) && partitions >= 1 && partitions <= 64)
                onChange({ ...plan, partitions });
            }}
          />
        </Field>
      </div>
      <div className="plan-columns" tabIndex={0} role="region" aria-label="Columns">
        <table>
          <thead>
            <tr>
              <th>Column</th>
              <th>Type</th>
              <th>First values</th>
            </tr>
          </thead>
          <tbody>
            {plan.columns.map((column, i) => {
              const types = TYPES.includes(column.type) ? TYPES : [column.type, ...TYPES];
              return (
                <tr key={column.field}>
                  <td className="mono">
                    {column.name}
                    {column.name === plan.keyColumn && <span className="column-role"> key</span>}
                  </td>
                  <td>
                    <Select
                      label={`Type of ${column.name}`}
                      value={column.type}
                      choices={types.map((type) => ({ id: type, label: type }))}
                      onChange={(type) =>
                        onChange({ ...plan, columns: plan.columns.map((c, j) => (i === j ? { ...c, type } : c)) })
                      }
                    />
                  </td>
                  <td className="mono samples truncate">{column.samples.join(', ')}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <label className="plan-statement">
        <span>The statement that runs; edit it as you like</span>
        <textarea
          className="mono"
          spellCheck={false}
          rows={Math.min(14, plan.statement.split('\n').length + 1)}
          value={plan.statement}
          onChange={(event) => onStatement(event.target.value)}
        />
      </label>
    </div>
  );
}

function Field({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <div className="plan-field">
      <span>{label}</span>
      {children}
    </div>
  );
}

/** An input that reports its text when it is left or Enter is pressed: each report asks the engine for a new plan. */
function LazyInput(props: {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly onCommit: (value: string) => void;
}) {
  const [text, setText] = useState(props.value);
  const [known, setKnown] = useState(props.value);
  if (known !== props.value) {
    setKnown(props.value);
    setText(props.value);
  }
  const commit = (): void => {
    if (text !== props.value) props.onCommit(text);
  };
  return (
    <input
      className="field mono"
      aria-label={props.label}
      placeholder={props.placeholder}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}
