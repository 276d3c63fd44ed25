/** What the panels of windows and of joins have in common: which query, the time line, and what is pointed at in words. */
import { useId, useMemo, useRef, useState, type ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { QueryInfo, WireError } from '../../protocol/api.ts';
import type { OperatorKind, OperatorWatch } from '../../protocol/watch.ts';
import { useEngine } from '../app/engine.tsx';
import { setView, useView } from '../app/view.ts';
import { ErrorNote, IconButton, KeyChip, Select } from '../components/controls.tsx';
import { formatCount, plural } from '../components/format.ts';
import { queryName } from '../panels/queries/query-name.ts';
import { QueryBadge, QueryFailure } from '../panels/queries/QueryState.tsx';
import { RestoreProgress } from '../panels/queries/Stores.tsx';
import { useWatched } from './feed.ts';
import { KeyField } from './KeyField.tsx';
import type { LaneMode } from './lanes.ts';
import { Legend } from './Legend.tsx';
import type { Draw } from './picture.ts';
import { fitted, zoomed, type Axis, type TimeRange } from './scale.ts';
import { found, type Item } from './scene.ts';
import { Timeline, ZOOM_STEP } from './Timeline.tsx';

const LANES = [
  { id: 'keys', label: 'By key' },
  { id: 'all', label: 'All keys' },
] as const;
const AXES = [
  { id: 'arrival', label: 'By arrival' },
  { id: 'time', label: 'By time' },
] as const;

export function WatchPanel(props: {
  readonly kind: OperatorKind;
  /** One for each kind of operator that there is. */
  readonly pictures: readonly Draw[];
  readonly empty: ReactNode;
}) {
  const { kind, pictures, empty } = props;
  const queries = useEngine((s) => s.queries);
  const chosen = useView((v) => v.query);
  const candidates = [...queries.values()].filter((query) => query.operators.includes(kind));
  const query = candidates.find(({ id }) => id === chosen) ?? candidates.at(-1);
  return query === undefined ? empty : <QueryPicture key={query.id} {...{ kind, query, candidates, pictures }} />;
}

function QueryPicture(props: {
  readonly kind: OperatorKind;
  readonly query: QueryInfo;
  readonly candidates: readonly QueryInfo[];
  readonly pictures: readonly Draw[];
}) {
  const { kind, query, candidates, pictures } = props;
  const [operator, setOperator] = useState(0);
  const [mode, setMode] = useState<LaneMode>('keys');
  const [chosen, setRange] = useState<TimeRange | undefined>();
  const [pointed, setPointed] = useState<Item | undefined>();
  const [wantedAxis, setAxis] = useState<Axis | undefined>();
  const [find, setFind] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const listId = useId();
  const { folded, error } = useWatched(query, kind, operator, find);
  const drawing = useMemo(() => {
    if (folded === undefined) return undefined;
    for (const draw of pictures) {
      const found = draw(folded);
      if (found !== undefined) return found;
    }
    return undefined;
  }, [pictures, folded]);
  const axis = drawing?.axes.find((one) => one === wantedAxis) ?? drawing?.axes[0] ?? 'time';
  const scene = useMemo(() => drawing?.sceneOf(mode, axis), [drawing, mode, axis]);
  const domain = scene?.domain;
  const home = scene?.home;
  const range = chosen ?? (home === undefined ? undefined : fitted(home));
  const isNarrow = home !== undefined && domain !== undefined && home.toMs - home.fromMs < domain.toMs - domain.fromMs;
  /** The records first; all windows for who is there already. */
  const fit = (): void =>
    setRange(chosen === undefined && isNarrow && domain !== undefined ? fitted(domain) : undefined);
  const zoom = (factor: number): void => {
    if (domain === undefined || range === undefined) return;
    setRange(zoomed(range, factor, (range.fromMs + range.toMs) / 2, domain));
  };
  const item = scene === undefined ? undefined : found(scene, pointed);
  const description = item === undefined ? undefined : drawing?.describe(item);
  const operators = folded?.watch.operators ?? [];
  return (
    <>
      <div className="panel-bar">
        <Select
          label="Query"
          value={query.id}
          choices={candidates.map((one) => ({ id: one.id, label: queryName(one) }))}
          onChange={(id) => setView({ query: id })}
        />
        {operators.length > 1 && (
          <Select
            label="Operator"
            value={String(operator)}
            choices={operators.map((text, i) => ({ id: String(i), label: `${i + 1}: ${text}` }))}
            onChange={(id) => setOperator(Number(id))}
          />
        )}
        {query.state !== 'RUNNING' && <QueryBadge query={query} />}
        <span className="spacer" />
        <Segments label="Lanes" value={mode} choices={LANES} onChange={setMode} />
        {drawing !== undefined && drawing.axes.length > 1 && (
          <Segments
            label="Axis"
            value={axis}
            choices={AXES.filter(({ id }) => drawing.axes.includes(id))}
            onChange={(id) => {
              setAxis(id);
              setRange(undefined);
            }}
          />
        )}
        <span className="timeline-zoom" role="group" aria-label="Zoom">
          <IconButton small icon="minus" label="Zoom out" keys="-" onPress={() => zoom(ZOOM_STEP)} />
          <IconButton small icon="plus" label="Zoom in" keys="+" onPress={() => zoom(1 / ZOOM_STEP)} />
          <IconButton
            small
            icon="fit"
            label={isNarrow && chosen !== undefined ? 'Fit the records in' : 'Fit all in'}
            keys="0"
            onPress={fit}
          />
        </span>
      </div>
      <div className="timeline-facts">
        <strong className="truncate" title={drawing?.facts}>
          {drawing?.facts}
        </strong>
        <span className="timeline-figures truncate" title={drawing?.figures}>
          {drawing?.figures}
        </span>
      </div>
      <div className="timeline-facts">
        <KeyField ref={field} onFind={setFind} onLeave={() => document.getElementById(listId)?.focus()} />
        <span className="spacer" />
        {folded !== undefined && <Counts watch={folded.watch} drawn={folded.records.length} />}
      </div>
      <Trouble query={query} error={error} />
      {folded !== undefined &&
      drawing !== undefined &&
      scene !== undefined &&
      domain !== undefined &&
      range !== undefined ? (
        <Timeline
          id={listId}
          label={`${kind === 'window' ? 'Windows' : 'Joins'} of ${queryName(query)}, ${plural(folded.records.length, 'record')}`}
          scene={scene}
          domain={domain}
          range={range}
          onRange={setRange}
          onFit={fit}
          onFind={() => field.current?.focus()}
          onPoint={setPointed}
          describe={(at) => {
            const said = drawing.describe(at);
            return said === undefined ? '' : `${said.key ?? ''} ${said.title}. ${said.text}`;
          }}
          partnersOf={drawing.partnersOf}
          concerns={drawing.concerns}
        />
      ) : (
        <div className="timeline-none">
          {folded !== undefined
            ? noneText(folded.watch, query, find)
            : error === undefined && query.error === undefined && query.state !== 'RESTORING'
              ? 'The records of the past are run once more, to be seen…'
              : ''}
        </div>
      )}
      <div className="timeline-foot">
        {description === undefined ? (
          <Legend
            entries={drawing?.legend ?? []}
            status={drawing?.status}
            note={drawing?.note}
            warning={drawing?.warning}
          />
        ) : (
          <>
            <div className="title">
              {description.key !== undefined && <KeyChip text={description.key} />}
              <span className="truncate">{description.title}</span>
            </div>
            <div>{description.text}</div>
          </>
        )}
      </div>
    </>
  );
}

function Segments<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly { readonly id: T; readonly label: string }[];
  readonly onChange: (id: T) => void;
}) {
  const { label, value, choices, onChange } = props;
  return (
    <span className="segments" role="group" aria-label={label}>
      {choices.map(({ id, label: text }) => (
        <AriaButton key={id} className="segment segment-text" aria-pressed={value === id} onPress={() => onChange(id)}>
          {text}
        </AriaButton>
      ))}
    </span>
  );
}

/** Why there is nothing to draw, or no more of it. */
function Trouble({ query, error }: { readonly query: QueryInfo; readonly error: WireError | undefined }) {
  if (query.state === 'RESTORING') {
    return (
      <div className="timeline-trouble">
        <RestoreProgress stores={query.stores} />
      </div>
    );
  }
  if (query.error === undefined && error === undefined) return null;
  return (
    <div className="timeline-trouble">
      {query.error === undefined && error !== undefined ? <ErrorNote error={error} /> : <QueryFailure query={query} />}
    </div>
  );
}

function noneText(watch: OperatorWatch, query: QueryInfo, find: string): string {
  if (find === '') {
    return `No record has come yet. Insert some into ${query.sources.join(' and ')}, in any order of their times.`;
  }
  const where = watch.isWhole ? '' : ' Records of long ago are not read again.';
  return `No record has a key with “${find}” in it.${where}`;
}

function Counts({ watch, drawn }: { readonly watch: OperatorWatch; readonly drawn: number }) {
  return (
    <>
      <span>
        {plural(watch.total, 'record')}
        {drawn < watch.total && `, the last ${formatCount(drawn)} drawn`}
      </span>
      {watch.late > 0 && <span className="late">{formatCount(watch.late)} late</span>}
    </>
  );
}
