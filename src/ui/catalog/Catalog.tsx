import { useRef, useState, type ReactNode } from 'react';
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import type { SourceInfo, TopicInfo } from '../../protocol/api.ts';
import { useClient, useEngine, useEngineAtPace } from '../app/engine.tsx';
import { setPreferences, usePreferences } from '../app/preferences.ts';
import { insertAndRun } from '../app/run.ts';
import { setView, showTopic } from '../app/view.ts';
import { Button } from '../components/controls.tsx';
import { formatCompact } from '../components/format.ts';
import { Icon, type IconName } from '../components/Icon.tsx';
import { editor } from '../editor/handle.ts';
import { importSample, SAMPLES } from '../import/samples.ts';
import { recordsIn } from '../../lessons/lesson.ts';

const COUNT_PACE_MS = 250;

export function Catalog() {
  const sources = useEngine((s) => s.sources);
  const topics = useEngineAtPace((s) => s.topics, COUNT_PACE_MS);
  const queries = useEngineAtPace((s) => s.queries, COUNT_PACE_MS);
  const persistent = [...queries.values()].filter((query) => query.kind === 'PERSISTENT');
  const all = [...sources.values()]
    .filter((source) => isListed(topics.get(source.topic)))
    .sort((a, b) => a.name.localeCompare(b.name));
  const streams = all.filter((source) => source.kind === 'STREAM');
  const tables = all.filter((source) => source.kind === 'TABLE');
  const userTopics = [...topics.values()].filter((topic) => topic.role === 'user');
  return (
    <div className="catalog">
      <div className="catalog-tree" tabIndex={0} role="region" aria-label="Catalog">
        <Section id="streams" title="Streams" count={streams.length} empty="CREATE STREAM, or an import, adds one.">
          {streams.map((source) => (
            <SourceEntry key={source.name} source={source} />
          ))}
        </Section>
        <Section id="tables" title="Tables" count={tables.length} empty="CREATE TABLE, or an import, adds one.">
          {tables.map((source) => (
            <SourceEntry key={source.name} source={source} />
          ))}
        </Section>
        <Section id="topics" title="Topics" count={userTopics.length} empty="Each stream and table has one.">
          {userTopics.map((topic) => (
            <Leaf
              key={topic.name}
              icon="topic"
              name={topic.name}
              note={formatCompact(recordsIn(topic))}
              onPress={() => {
                setPreferences({ rightTab: 'topics' });
                showTopic(topic.name);
              }}
            />
          ))}
        </Section>
        <Section id="queries" title="Queries" count={persistent.length} empty="CREATE … AS SELECT starts one.">
          {persistent.map((query) => (
            <Leaf
              key={query.id}
              icon="query"
              name={query.id}
              note={query.state === 'RUNNING' ? '' : query.state.toLowerCase()}
              onPress={() => {
                setPreferences({ rightTab: 'topology' });
                setView({ query: query.id });
              }}
            />
          ))}
        </Section>
        <Functions />
      </div>
      <ImportCorner />
    </div>
  );
}

/** The processing log is there from the beginning; it is listed when it has something to tell. */
function isListed(topic: TopicInfo | undefined): boolean {
  return topic?.role !== 'internal' || recordsIn(topic) > 0;
}

function Section(props: {
  readonly id: string;
  readonly title: string;
  readonly count: number;
  readonly empty: string;
  readonly children: ReactNode;
}) {
  const folded = usePreferences((p) => p.folded.includes(props.id));
  const toggle = (): void =>
    setPreferences((p) => ({
      folded: folded ? p.folded.filter((id) => id !== props.id) : [...p.folded, props.id],
    }));
  return (
    <section className="catalog-section">
      <h2>
        <AriaButton className="section-head" aria-expanded={!folded} onPress={toggle}>
          <span className={`twist ${folded ? '' : 'open'}`}>
            <Icon name="chevron" size={12} />
          </span>
          {props.title}
          <span className="count">{props.count}</span>
        </AriaButton>
      </h2>
      {!folded && (props.count === 0 ? <p className="section-empty">{props.empty}</p> : <ul>{props.children}</ul>)}
    </section>
  );
}

function Leaf(props: {
  readonly icon: IconName;
  readonly name: string;
  readonly note: string;
  readonly onPress: () => void;
}) {
  return (
    <li>
      <AriaButton className="leaf" onPress={props.onPress}>
        <Icon name={props.icon} size={14} />
        <span className="truncate" title={props.name}>
          {props.name}
        </span>
        <span className="spacer" />
        <span className="leaf-note">{props.note}</span>
      </AriaButton>
    </li>
  );
}

function SourceEntry({ source }: { readonly source: SourceInfo }) {
  const client = useClient();
  const [open, setOpen] = useState(false);
  const { name } = source;
  const actions: readonly (readonly [string, string, () => void])[] = [
    ['rows', 'Watch its rows', () => insertAndRun(client, `SELECT * FROM ${name} EMIT CHANGES LIMIT 100;`)],
    ...(source.materialized
      ? [
          [
            'table',
            'Show it as it is now',
            () => {
              setPreferences({ rightTab: 'tables' });
              setView({ table: name });
            },
          ] as const,
        ]
      : []),
    ['describe', 'Describe it', () => insertAndRun(client, `DESCRIBE ${name} EXTENDED;`)],
    ['print', 'Print its topic', () => insertAndRun(client, `PRINT '${source.topic}' FROM BEGINNING LIMIT 100;`)],
    ['insert', 'Insert its statement', () => void editor.append(source.statement)],
    ['drop', 'Drop it…', () => void editor.append(`DROP ${source.kind} ${name};`)],
  ];
  return (
    <li>
      <div className="leaf-row">
        <AriaButton className="leaf" aria-expanded={open} onPress={() => setOpen(!open)}>
          <Icon name={source.kind === 'STREAM' ? 'stream' : 'table'} size={14} />
          <span className="truncate">{name}</span>
          <span className="spacer" />
          {source.windowType !== undefined && <span className="leaf-note">{source.windowType.toLowerCase()}</span>}
        </AriaButton>
        <MenuTrigger>
          <AriaButton className="icon-button small leaf-menu" aria-label={`Actions for ${name}`}>
            <Icon name="more" size={14} />
          </AriaButton>
          <Popover className="popover" placement="bottom end" offset={2}>
            <Menu
              className="menu"
              onAction={(key) => actions.find(([id]) => id === key)?.[2]()}
              aria-label={`Actions for ${name}`}
            >
              {actions.map(([id, title]) => (
                <MenuItem key={id} id={id} className={`menu-item ${id === 'drop' ? 'danger' : ''}`}>
                  {title}
                </MenuItem>
              ))}
            </Menu>
          </Popover>
        </MenuTrigger>
      </div>
      {open && (
        <ul className="columns" aria-label={`Columns of ${name}`}>
          {source.columns.map((column) => (
            <li key={column.name}>
              <AriaButton
                className="column"
                onPress={() => {
                  const { start, end } = editor.selection();
                  editor.replace(start, end, column.name);
                  editor.focus();
                }}
              >
                <span className="truncate mono">{column.name}</span>
                {column.role === 'key' && <span className="column-role">key</span>}
                <span className="spacer" />
                <span className="column-type truncate">{column.type}</span>
              </AriaButton>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function Functions() {
  const functions = useEngine((s) => s.functions);
  const [search, setSearch] = useState('');
  const needle = search.trim().toUpperCase();
  const found = functions.filter(
    (fn) => needle === '' || fn.name.includes(needle) || fn.description.toUpperCase().includes(needle),
  );
  return (
    <Section id="functions" title="Functions" count={functions.length} empty="The engine has named none.">
      <li className="function-search">
        <input
          className="field"
          type="search"
          aria-label="Search functions"
          placeholder="Search"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </li>
      {found.slice(0, 200).map((fn) => (
        <li key={fn.name}>
          <AriaButton
            className="leaf"
            aria-label={`${fn.name}: ${fn.description}`}
            onPress={() => editor.append(`DESCRIBE FUNCTION ${fn.name};`)}
          >
            <Icon name="function" size={14} />
            <span className="truncate mono">{fn.name}</span>
            <span className="spacer" />
            <span className="leaf-note">{fn.kind}</span>
          </AriaButton>
        </li>
      ))}
    </Section>
  );
}

/** Where data comes in: the samples, and a place to drop or pick a file. */
function ImportCorner() {
  const client = useClient();
  const input = useRef<HTMLInputElement>(null);
  const [fetching, setFetching] = useState<string | undefined>();
  const load = (file: string): void => {
    setFetching(file);
    importSample(file)
      .catch(client.report)
      .finally(() => setFetching(undefined));
  };
  return (
    <section className="import-corner" aria-label="Import">
      <h2>Import</h2>
      <ul>
        {SAMPLES.map((sample) => (
          <li key={sample.file}>
            <AriaButton className="leaf" isDisabled={fetching !== undefined} onPress={() => load(sample.file)}>
              <Icon name="file" size={14} />
              <span className="truncate">{sample.file}</span>
              <span className="spacer" />
              <span className="leaf-note">{fetching === sample.file ? 'fetching…' : sample.note.split(' · ')[1]}</span>
            </AriaButton>
          </li>
        ))}
      </ul>
      <div className="drop-hint">
        Drop a CSV, JSON or NDJSON file anywhere, or{' '}
        <Button kind="link" onPress={() => input.current?.click()}>
          pick one
        </Button>
        .
      </div>
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.tsv,.json,.ndjson,.jsonl,.txt"
        aria-label="A file to import"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) setView({ importing: { file, fileName: file.name } });
          event.target.value = '';
        }}
      />
    </section>
  );
}
