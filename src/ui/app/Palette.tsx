import { Command } from 'cmdk';
import { useState } from 'react';
import { Modal as AriaModal, ModalOverlay, Dialog } from 'react-aria-components';
import { Icon, type IconName } from '../components/Icon.tsx';
import { editor } from '../editor/handle.ts';
import { COMMANDS, printKeys } from './commands.ts';
import { useClient, useEngine } from './engine.tsx';
import { setPreferences } from './preferences.ts';
import { setView, showTopic, useView } from './view.ts';

interface Entry {
  readonly id: string;
  readonly title: string;
  readonly icon: IconName;
  readonly note?: string | undefined;
  readonly run: () => void;
}

/** Every command and every thing of the catalog, by a few letters. */
export function Palette() {
  const isOpen = useView((view) => view.dialog === 'palette');
  const close = (): void => setView({ dialog: undefined });
  return (
    <ModalOverlay className="scrim" isOpen={isOpen} isDismissable onOpenChange={(open) => !open && close()}>
      <AriaModal className="modal">
        <Dialog aria-label="Palette">
          <PaletteContent onDone={close} />
        </Dialog>
      </AriaModal>
    </ModalOverlay>
  );
}

function PaletteContent({ onDone }: { readonly onDone: () => void }) {
  const client = useClient();
  const [search, setSearch] = useState('');
  const sources = useEngine((s) => s.sources);
  const topics = useEngine((s) => s.topics);
  const queries = useEngine((s) => s.queries);
  const functions = useEngine((s) => s.functions);

  const groups: readonly (readonly [string, readonly Entry[]])[] = [
    [
      'Commands',
      COMMANDS.filter((c) => c.id !== 'palette').map((command) => ({
        id: command.id,
        title: command.title,
        icon: command.group === 'Statements' ? 'play' : 'chevron',
        note: command.keys === undefined ? undefined : printKeys(command.keys),
        run: () => command.run(client),
      })),
    ],
    [
      'Streams and tables',
      [...sources.values()].map((source) => ({
        id: `source-${source.name}`,
        title: source.name,
        icon: source.kind === 'STREAM' ? 'stream' : 'table',
        note: 'Query it',
        run: () => editor.append(`SELECT * FROM ${source.name} EMIT CHANGES LIMIT 20;`),
      })),
    ],
    [
      'Topics',
      [...topics.values()].map((topic) => ({
        id: `topic-${topic.name}`,
        title: topic.name,
        icon: 'topic',
        run: () => {
          setPreferences((p) => ({ rightTab: 'topics', internalTopics: p.internalTopics || topic.role !== 'user' }));
          showTopic(topic.name);
        },
      })),
    ],
    [
      'Queries',
      [...queries.values()].map((query) => ({
        id: `query-${query.id}`,
        title: query.id,
        icon: 'query',
        note: 'Topology',
        run: () => {
          setPreferences({ rightTab: 'topology' });
          setView({ query: query.id });
        },
      })),
    ],
    [
      'Functions',
      search.length < 2
        ? []
        : functions.map((fn) => ({
            id: `function-${fn.name}`,
            title: fn.name,
            icon: 'function',
            note: fn.category,
            run: () => editor.append(`DESCRIBE FUNCTION ${fn.name};`),
          })),
    ],
  ];
  return (
    <Command className="palette" label="Palette" loop>
      <div className="palette-input">
        <Icon name="search" />
        <Command.Input
          autoFocus
          placeholder="A command, a stream, a topic, a function…"
          value={search}
          onValueChange={setSearch}
        />
      </div>
      <Command.List className="palette-list">
        <Command.Empty className="palette-empty">Nothing of that name.</Command.Empty>
        {groups.map(
          ([heading, entries]) =>
            entries.length > 0 && (
              <Command.Group key={heading} heading={heading}>
                {entries.map((entry) => (
                  <Command.Item
                    key={entry.id}
                    value={`${entry.title} ${entry.id}`}
                    onSelect={() => {
                      onDone();
                      // After the dialog gave the focus back, so that the command may move it on.
                      requestAnimationFrame(entry.run);
                    }}
                  >
                    <Icon name={entry.icon} size={14} />
                    <span className="truncate">{entry.title}</span>
                    <span className="spacer" />
                    {entry.note !== undefined && <span className="palette-note">{entry.note}</span>}
                  </Command.Item>
                ))}
              </Command.Group>
            ),
        )}
      </Command.List>
    </Command>
  );
}
