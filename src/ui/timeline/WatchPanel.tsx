/** What the panels of windows and of joins have in common: which query, the time line, and what is pointed at in words. */
import { useMemo, useState, type ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { QueryInfo } from '../../protocol/api.ts';
import type { OperatorWatch } from '../../protocol/watch.ts';
import { useEngine } from '../app/engine.tsx';
import { setView, useView } from '../app/view.ts';
import { ErrorNote, IconButton, KeyChip, Select } from '../components/controls.tsx';
import { formatCount, plural } from '../components/format.ts';
import { queryName } from '../panels/queries/query-name.ts';
import type { Frame } from './frame.ts';
import { useWatched } from './feed.ts';
import type { LaneMode } from './lanes.ts';
import { Legend, type LegendEntry } from './Legend.tsx';
import { fitted, zoomed, type TimeRange } from './scale.ts';
import { found, type Item, type Scene } from './scene.ts';
import { Timeline, ZOOM_STEP } from './Timeline.tsx';
import type { Folded } from './watched.ts';

/** What is pointed at: `title` is its place and time, `text` what became of it. */
export interface Description {
  readonly key: string | null | undefined;
  readonly title: string;
  readonly text: string;
}

export interface Picture<W extends OperatorWatch> {
  readonly kind: W['kind'];
  readonly sceneOf: (folded: Folded<W>, mode: LaneMode) => Scene;
  readonly describe: (folded: Folded<W>, item: Item) => Description | undefined;
  /** The operator's settings, in a few words. */
  readonly facts: (watch: W) => string;
  readonly legend: readonly LegendEntry[];
  readonly partnersOf?: (watch: W) => NonNullable<Frame['partnersOf']>;
  readonly concerns?: (folded: Folded<W>) => NonNullable<Frame['concerns']>;
  readonly isOf: (watch: OperatorWatch) => watch is W;
}

export function WatchPanel<W extends OperatorWatch>(props: {
  readonly picture: Picture<W>;
  readonly empty: ReactNode;
}) {
  const { picture, empty } = props;
  const queries = useEngine((s) => s.queries);
  const chosen = useView((v) => v.query);
  const candidates = [...queries.values()].filter((query) => query.operators.includes(picture.kind));
  const query = candidates.find(({ id }) => id === chosen) ?? candidates.at(-1);
  return query === undefined ? (
    empty
  ) : (
    <QueryPicture key={query.id} query={query} candidates={candidates} picture={picture} />
  );
}

function QueryPicture<W extends OperatorWatch>(props: {
  readonly query: QueryInfo;
  readonly candidates: readonly QueryInfo[];
  readonly picture: Picture<W>;
}) {
  const { query, candidates, picture } = props;
  const [operator, setOperator] = useState(0);
  const [mode, setMode] = useState<LaneMode>('keys');
  const [chosen, setRange] = useState<TimeRange | undefined>();
  const [pointed, setPointed] = useState<Item | undefined>();
  const watched = useWatched(query, picture.kind, operator);
  const folded = ofKind(picture, watched.folded);
  const scene = useMemo(
    () => (folded === undefined ? undefined : picture.sceneOf(folded, mode)),
    [picture, folded, mode],
  );
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
  const description = folded === undefined || item === undefined ? undefined : picture.describe(folded, item);
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
        <span className="spacer" />
        <span className="segments" role="group" aria-label="Lanes">
          {(['keys', 'all'] as const).map((choice) => (
            <AriaButton
              key={choice}
              className="segment segment-text"
              aria-pressed={mode === choice}
              onPress={() => setMode(choice)}
            >
              {choice === 'keys' ? 'By key' : 'All keys'}
            </AriaButton>
          ))}
        </span>
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
        {folded !== undefined && (
          <Facts watch={folded.watch} text={picture.facts(folded.watch)} drawn={folded.records.length} />
        )}
      </div>
      {watched.error !== undefined && (
        <div style={{ padding: 'var(--space-3)' }}>
          <ErrorNote error={watched.error} />
        </div>
      )}
      {folded !== undefined && scene !== undefined && domain !== undefined && range !== undefined ? (
        <Timeline
          label={`${picture.kind === 'window' ? 'Windows' : 'Joins'} of ${queryName(query)}, ${plural(folded.records.length, 'record')}`}
          scene={scene}
          domain={domain}
          range={range}
          onRange={setRange}
          onFit={fit}
          onPoint={setPointed}
          describe={(at) => {
            const said = picture.describe(folded, at);
            return said === undefined ? '' : `${said.key ?? ''} ${said.title}. ${said.text}`;
          }}
          partnersOf={picture.partnersOf?.(folded.watch)}
          concerns={picture.concerns?.(folded)}
        />
      ) : (
        <div className="timeline-none">
          {folded !== undefined &&
            `No record has come yet. Insert some into ${query.sources.join(' and ')}, in any order of their times.`}
        </div>
      )}
      <div className="timeline-foot">
        {description === undefined ? (
          <Legend entries={picture.legend} note={noteOf(folded?.watch)} />
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

function ofKind<W extends OperatorWatch>(
  picture: Picture<W>,
  folded: Folded<OperatorWatch> | undefined,
): Folded<W> | undefined {
  if (folded === undefined) return undefined;
  const { watch, ...all } = folded;
  return picture.isOf(watch) ? { ...all, watch } : undefined;
}

function Facts(props: { readonly watch: OperatorWatch; readonly text: string; readonly drawn: number }) {
  const { watch, text, drawn } = props;
  return (
    <>
      <strong className="truncate">{text}</strong>
      <span className="spacer" />
      <span>
        {plural(watch.total, 'record')}
        {drawn < watch.total && `, the last ${formatCount(drawn)} drawn`}
      </span>
      {watch.late > 0 && <span className="late">{formatCount(watch.late)} late</span>}
    </>
  );
}

/** What the picture cannot know. */
function noteOf(watch: OperatorWatch | undefined): string | undefined {
  if (watch === undefined) return undefined;
  const notes = [
    watch.isWhole
      ? undefined
      : 'The oldest records were not read again: windows that they filled have their result, but not their records.',
    watch.isInOrder
      ? undefined
      : 'In which order the two sides came before the page was opened is not in the log: they are taken by time, so lateness of then may differ.',
  ].filter((note) => note !== undefined);
  return notes.length === 0 ? undefined : notes.join(' ');
}
