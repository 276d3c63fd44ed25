/** Which rule a subject's next version is held to, its own or the registry's default, and the way to that version. */
import type { CompatibilityLevel, SchemaVersion, SubjectInfo } from '../../../protocol/api.ts';
import { useClient } from '../../app/engine.tsx';
import { Button, Select } from '../../components/controls.tsx';
import { LEVEL_NAMES, LEVELS } from './levels.ts';
import { prettySchema } from './schema-text.ts';
import { setSchemas } from './state.ts';

export function CompatibilityFoot(props: {
  readonly subject: SubjectInfo;
  readonly latest: SchemaVersion | undefined;
}) {
  const { subject, compatibility, defaultCompatibility } = props.subject;
  const { latest } = props;
  const client = useClient();
  const set = (of: string | null, level: CompatibilityLevel | undefined): void =>
    void client.api.setCompatibility(of, level).catch(client.report);
  const evolve = (from: SchemaVersion): void =>
    setSchemas({
      draft: {
        subject,
        type: from.type,
        schema: prettySchema(from.type, from.schema),
        references: from.references,
        isNew: false,
      },
    });
  return (
    <div className="schema-foot">
      <div className="schema-row">
        <span>Compatibility</span>
        <Select<CompatibilityLevel | 'default'>
          label="Compatibility level"
          value={compatibility ?? 'default'}
          choices={[
            { id: 'default', label: `${defaultCompatibility} (the default)` },
            ...LEVEL_NAMES.map((level) => ({ id: level, label: level })),
          ]}
          onChange={(level) => set(subject, level === 'default' ? undefined : level)}
        />
        <span className="spacer" />
        {latest !== undefined && (
          <Button small onPress={() => evolve(latest)}>
            Evolve it…
          </Button>
        )}
      </div>
      {compatibility === undefined && (
        <div className="schema-row">
          <span className="dim">Default of all subjects</span>
          <Select
            label="Default compatibility level of all subjects"
            value={defaultCompatibility}
            choices={LEVEL_NAMES.map((level) => ({ id: level, label: level }))}
            onChange={(level) => set(null, level)}
          />
        </div>
      )}
      <p className="dim">{LEVELS[compatibility ?? defaultCompatibility]}</p>
    </div>
  );
}
