import { useEffect, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { toWireError } from '../../client/errors.ts';
import type { RecordDetail, WireError } from '../../protocol/api.ts';
import { useClient } from '../app/engine.tsx';
import { hoverKey, setView, type RecordAddress } from '../app/view.ts';
import { Badge, ErrorNote, IconButton, KeyChip } from '../components/controls.tsx';
import { formatBytes, formatCount, formatTime, plural } from '../components/format.ts';
import { hexLines } from './hex.ts';
import { prettyValue } from './pretty.ts';
import './inspector.css';

type Loaded =
  | { readonly kind: 'record'; readonly record: RecordDetail }
  | { readonly kind: 'none' }
  | { readonly kind: 'error'; readonly error: WireError };

/** One record in full: decoded and as bytes, its headers and the batch that it lies in. */
export function Inspector({ address }: { readonly address: RecordAddress }) {
  const client = useClient();
  const { topic, partition, offset } = address;
  const [loaded, setLoaded] = useState<Loaded | undefined>();
  const [bytes, setBytes] = useState(false);
  useEffect(() => {
    let current = true;
    client.api.readRecord(topic, partition, offset).then(
      (record) => current && setLoaded(record === undefined ? { kind: 'none' } : { kind: 'record', record }),
      (cause: unknown) => current && setLoaded({ kind: 'error', error: toWireError(cause) }),
    );
    return () => {
      current = false;
    };
  }, [client, topic, partition, offset]);

  const go = (by: number): void => setView({ record: { topic, partition, offset: offset + by } });
  return (
    <section className="pane inspector" aria-label="Record">
      <header className="panel-bar">
        <h2 className="truncate">{topic}</h2>
        <span className="mono inspector-address">
          {partition}:{offset}
        </span>
        <span className="spacer" />
        <span className="segments" role="group" aria-label="Form">
          {[false, true].map((choice) => (
            <AriaButton
              key={String(choice)}
              className="segment segment-text"
              aria-pressed={bytes === choice}
              onPress={() => setBytes(choice)}
            >
              {choice ? 'Bytes' : 'Decoded'}
            </AriaButton>
          ))}
        </span>
        <span className="flip">
          <IconButton small icon="chevron" label="Record before" isDisabled={offset === 0} onPress={() => go(-1)} />
        </span>
        <IconButton small icon="chevron" label="Record after" onPress={() => go(1)} />
        <IconButton small icon="close" label="Close the inspector" onPress={() => setView({ record: undefined })} />
      </header>
      <div className="inspector-body" tabIndex={0} role="region" aria-label="Record in full">
        {loaded?.kind === 'error' && <ErrorNote error={loaded.error} />}
        {loaded?.kind === 'none' && (
          <p className="inspector-none">
            There is no record at offset {formatCount(offset)}: compaction removed it, it lies beyond the log’s ends, or
            a transaction’s marker takes its place.
          </p>
        )}
        {loaded?.kind === 'record' && <RecordBody record={loaded.record} bytes={bytes} />}
      </div>
    </section>
  );
}

function RecordBody({ record, bytes }: { readonly record: RecordDetail; readonly bytes: boolean }) {
  return (
    <>
      <dl className="facts">
        <dt>Timestamp</dt>
        <dd className="mono">
          {formatTime(record.timestampMs)} <span className="dim">{record.timestampMs}</span>
        </dd>
        <dt>Batch</dt>
        <dd className="mono">
          {record.batch.baseOffset}, {plural(record.batch.records, 'record')}, {formatBytes(record.batch.sizeBytes)},
          CRC {record.batch.crc}
        </dd>
        {record.control !== undefined && (
          <>
            <dt>Control</dt>
            <dd>
              <Badge>{record.control === 'commit' ? 'transaction committed' : 'transaction aborted'}</Badge>
            </dd>
          </>
        )}
      </dl>
      <Part title="Key" format={record.keyFormat} sizeBytes={record.keySizeBytes}>
        {bytes ? (
          <Hex bytes={record.keyBytes} />
        ) : record.keyText === null ? (
          <p className="inspector-null">null: no key, so any partition will do</p>
        ) : (
          <div
            className="inspector-key"
            onMouseEnter={() => hoverKey(record.keyText ?? undefined)}
            onMouseLeave={() => hoverKey(undefined)}
          >
            <KeyChip text={record.keyText} />
          </div>
        )}
      </Part>
      <Part title="Value" format={record.valueFormat} sizeBytes={record.valueSizeBytes}>
        {bytes ? (
          <Hex bytes={record.valueBytes} />
        ) : record.valueText === null ? (
          <p className="inspector-null">null: a tombstone, which deletes the key from a table</p>
        ) : (
          <pre tabIndex={0}>{prettyValue(record.valueText)}</pre>
        )}
      </Part>
      {record.headers.length > 0 && (
        <Part title="Headers" format={plural(record.headers.length, 'header')}>
          <dl className="facts">
            {record.headers.map((header, i) => (
              <div key={i} style={{ display: 'contents' }}>
                <dt className="mono">{header.key}</dt>
                <dd className="mono">{bytes ? <Hex bytes={header.bytes} /> : header.text}</dd>
              </div>
            ))}
          </dl>
        </Part>
      )}
    </>
  );
}

function Part(props: {
  readonly title: string;
  readonly format: string;
  readonly sizeBytes?: number;
  readonly children: React.ReactNode;
}) {
  return (
    <section className="inspector-part">
      <h3>
        {props.title} <span className="dim">{props.format}</span>
        {props.sizeBytes !== undefined && <span className="dim">{formatBytes(props.sizeBytes)}</span>}
      </h3>
      {props.children}
    </section>
  );
}

function Hex({ bytes }: { readonly bytes: Uint8Array | null }) {
  if (bytes === null) return <p className="inspector-null">null</p>;
  if (bytes.length === 0) return <p className="inspector-null">no bytes</p>;
  const { lines, rest } = hexLines(bytes);
  return (
    <pre className="hex" tabIndex={0}>
      {lines.map((line) => (
        <div key={line.offset}>
          <span className="hex-offset">{line.offset}</span> {line.hex} <span className="hex-text">{line.text}</span>
        </div>
      ))}
      {rest > 0 && <div className="hex-offset">… and {formatBytes(rest)} more</div>}
    </pre>
  );
}
