import { useEffect, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { RecordView, TopicInfo, TopicRole } from '../../../protocol/api.ts';
import { recordsIn } from '../../../lessons/lesson.ts';
import { useEngine } from '../../app/engine.tsx';
import { setPreferences, usePreferences } from '../../app/preferences.ts';
import { useView } from '../../app/view.ts';
import { Badge, Button, ErrorNote, KeyChip } from '../../components/controls.tsx';
import { Empty } from '../../components/Empty.tsx';
import { formatBytes, formatTime, plural, shorten } from '../../components/format.ts';
import { Icon } from '../../components/Icon.tsx';
import { shortTopic } from './lane-layout.ts';
import type { Place } from './log-canvas.ts';
import { TopicLog } from './TopicLog.tsx';
import './topics.css';

const ROLES: Record<TopicRole, number> = { user: 0, repartition: 1, changelog: 2, internal: 3 };
const WIDTHS = [
  { id: 'narrow', label: 'Narrow cells', width: 8 },
  { id: 'medium', label: 'Cells with short keys', width: 30 },
  { id: 'wide', label: 'Cells with long keys', width: 64 },
] as const;

interface Point {
  readonly topic: string;
  readonly place: Place;
  readonly record: RecordView | null | undefined;
}

/** The log drawn as a log: a lane per partition, newest at the right. */
export function TopicsPanel() {
  const topics = useEngine((s) => s.topics);
  const internal = usePreferences((p) => p.internalTopics);
  const [cellWidth, setCellWidth] = useState<number>(WIDTHS[1].width);
  const [point, setPoint] = useState<Point | undefined>();
  const all = [...topics.values()];
  const hidden = all.filter((topic) => topic.role !== 'user').length;
  const shown = all.filter((topic) => internal || topic.role === 'user').sort((a, b) => ROLES[a.role] - ROLES[b.role]);
  return (
    <>
      <div className="panel-bar">
        <span className="segments" role="group" aria-label="Width of cells">
          {WIDTHS.map((choice) => (
            <AriaButton
              key={choice.id}
              className="segment"
              aria-label={choice.label}
              aria-pressed={cellWidth === choice.width}
              onPress={() => setCellWidth(choice.width)}
            >
              <span className={`segment-glyph ${choice.id}`} aria-hidden="true" />
            </AriaButton>
          ))}
        </span>
        <span className="spacer" />
        {hidden > 0 && (
          <label className="check">
            <input
              type="checkbox"
              checked={internal}
              onChange={(event) => setPreferences({ internalTopics: event.target.checked })}
            />
            Internal topics <span className="dim">{hidden}</span>
          </label>
        )}
      </div>
      {shown.length === 0 ? (
        <Empty
          title="The log is empty"
          sql={
            "CREATE STREAM ORDERS (\n  ID STRING KEY,\n  ITEM STRING,\n  AMOUNT INTEGER\n) WITH (\n  KAFKA_TOPIC = 'orders',\n  VALUE_FORMAT = 'JSON',\n  PARTITIONS = 3\n);"
          }
        >
          Every stream and table is a topic: a log in partitions. Import a file, or create a stream, and its records
          appear here as they are appended, a lane for each partition.
        </Empty>
      ) : (
        <div className="topics" tabIndex={0} role="region" aria-label="Topics">
          {shown.map((topic) => (
            <TopicEntry
              key={topic.name}
              topic={topic}
              cellWidth={cellWidth}
              onPoint={(p) => setPoint(p === undefined ? undefined : { topic: topic.name, ...p })}
            />
          ))}
        </div>
      )}
      {shown.length > 0 && <Foot point={point} />}
    </>
  );
}

function TopicEntry(props: {
  readonly topic: TopicInfo;
  readonly cellWidth: number;
  readonly onPoint: (
    point: { readonly place: Place; readonly record: RecordView | null | undefined } | undefined,
  ) => void;
}) {
  const { topic } = props;
  const [open, setOpen] = useState(true);
  const [following, setFollowing] = useState(true);
  const wanted = useView((v) => (v.topic?.name === topic.name ? v.topic.at : undefined));
  const [seen, setSeen] = useState(wanted);
  const element = useRef<HTMLElement>(null);
  if (wanted !== seen) {
    setSeen(wanted);
    setOpen(true);
  }
  useEffect(() => {
    if (wanted !== undefined) void element.current?.scrollIntoView({ block: 'nearest' });
  }, [wanted]);
  const sizeBytes = topic.partitions.reduce((sum, partition) => sum + partition.sizeBytes, 0);
  const failed = topic.partitions.filter((partition) => partition.error !== undefined);
  return (
    <section ref={element} className="topic" aria-label={`Topic ${topic.name}`}>
      <header className="topic-head">
        <AriaButton className="topic-name" aria-expanded={open} onPress={() => setOpen(!open)}>
          <span className={`twist ${open ? 'open' : ''}`}>
            <Icon name="chevron" size={12} />
          </span>
          <span className="truncate" title={topic.name}>
            {topic.role === 'user' ? topic.name : shortTopic(topic.name)}
          </span>
        </AriaButton>
        {topic.role !== 'user' && <Badge>{topic.role}</Badge>}
        {topic.cleanupPolicy.includes('compact') && <Badge>compact</Badge>}
        <span className="spacer" />
        {!following && open && (
          <Button small kind="quiet" icon="end" onPress={() => setFollowing(true)}>
            Follow
          </Button>
        )}
        <span className="topic-count">
          {plural(recordsIn(topic), 'record')} <span className="dim">{formatBytes(sizeBytes)}</span>
        </span>
      </header>
      {failed.map((partition) =>
        partition.error === undefined ? null : (
          <div key={partition.partition} style={{ padding: '0 var(--space-3)' }}>
            <ErrorNote error={partition.error} />
          </div>
        ),
      )}
      {open && (
        <TopicLog
          topic={topic}
          cellWidth={props.cellWidth}
          onPoint={props.onPoint}
          following={following}
          onFollowing={setFollowing}
        />
      )}
    </section>
  );
}

/** What is under the pointer, in one line of fixed height. */
function Foot({ point }: { readonly point: Point | undefined }) {
  if (point === undefined) {
    return (
      <div className="topics-foot">
        <Legend />
      </div>
    );
  }
  const { record, place } = point;
  return (
    <div className="topics-foot mono">
      <span className="dim">
        {place.partition}:{place.offset}
      </span>
      {record === null && <span className="dim">no record: compaction removed it</span>}
      {record !== null && record !== undefined && (
        <>
          <span className="dim">{formatTime(record.timestampMs)}</span>
          {record.control !== undefined ? (
            <span>transaction {record.control}</span>
          ) : (
            <>
              <KeyChip text={record.keyText} />
              <span className="truncate">{record.tombstone ? 'tombstone' : shorten(record.valueText ?? '', 200)}</span>
            </>
          )}
        </>
      )}
    </div>
  );
}

function Legend() {
  return (
    <>
      <span className="legend">
        <span className="legend-cell" aria-hidden="true" /> record
      </span>
      <span className="legend">
        <span className="legend-cell tombstone" aria-hidden="true" /> tombstone
      </span>
      <span className="legend">
        <span className="legend-dot" aria-hidden="true" /> gap
      </span>
      <span className="legend">
        <span className="legend-diamond" aria-hidden="true" /> commit
      </span>
      <span className="legend">
        <span className="legend-line" aria-hidden="true" /> high watermark
      </span>
      <span className="legend">
        <span className="legend-flag" aria-hidden="true" /> committed
      </span>
    </>
  );
}
