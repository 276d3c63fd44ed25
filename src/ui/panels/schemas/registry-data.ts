/** What the engine's schema registry holds, read anew when it changes. */
import { useEffect, useState } from 'react';
import { toWireError } from '../../../client/errors.ts';
import type { SchemaVersion, SubjectInfo, WireError } from '../../../protocol/api.ts';
import { useClient, useEngine } from '../../app/engine.tsx';

/** Changes when the registry did. */
function useRegistryMark(): string {
  return useEngine((s) => `${s.topics.get('_schemas')?.partitions[0]?.highWatermark ?? 0} ${s.sources.size}`);
}

export function useSubjects(): { readonly subjects?: readonly SubjectInfo[]; readonly error?: WireError } {
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

export function useVersions(subject: string): readonly SchemaVersion[] {
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
