import { useEffect, useRef } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { Button } from '../components/controls.tsx';
import { formatCount, plural, shorten } from '../components/format.ts';
import { Icon } from '../components/Icon.tsx';
import { printKeys } from '../app/commands.ts';
import { editor } from '../editor/handle.ts';
import { JoinRefusal } from './JoinRefusal.tsx';
import { showTab, useResults, type LogEntry } from './results.ts';

/** Every statement that ran, oldest first, and how it went. */
export function LogView() {
  const log = useResults((s) => s.log);
  const end = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const last = end.current?.previousElementSibling;
    const isTall = last instanceof HTMLElement && last.offsetHeight > (list.current?.clientHeight ?? 0);
    // Its result is a promise in newer browsers, which an effect must not return.
    if (isTall) void last.scrollIntoView({ block: 'start' });
    else void end.current?.scrollIntoView({ block: 'end' });
  }, [log]);
  if (log.length === 0) {
    return (
      <div className="empty">
        <h2>Nothing has run yet</h2>
        <div>
          Put the cursor into a statement and press <kbd>{printKeys('Mod-Enter')}</kbd>. Answers of statements come
          here; rows of a query get a tab of their own.
        </div>
      </div>
    );
  }
  return (
    <div ref={list} className="log" role="log" aria-label="Statements that ran" tabIndex={0}>
      {log.map((entry) => (
        <LogLine key={entry.id} entry={entry} />
      ))}
      <div ref={end} />
    </div>
  );
}

const jump = (entry: LogEntry, span = entry.span): void => editor.select(span.offset, span.offset + span.length);

function LogLine({ entry }: { readonly entry: LogEntry }) {
  const { outcome } = entry;
  const time = new Date(entry.at).toLocaleTimeString('en-GB');
  const error = outcome.kind === 'error' ? outcome.error : undefined;
  const span = error?.span ?? entry.span;
  return (
    <div className={`log-line ${outcome.kind}`}>
      <span className="log-time mono">{time}</span>
      <Icon name={outcome.kind === 'error' ? 'alert' : 'check'} size={14} />
      <div className="log-text">
        <AriaButton className="log-statement mono truncate" onPress={() => jump(entry)}>
          {shorten(entry.statement, 200)}
        </AriaButton>
        {outcome.kind === 'status' && <div>{outcome.message}</div>}
        {outcome.kind === 'rows' && (
          <AriaButton className="button link" onPress={() => showTab(outcome.tab)}>
            {plural(outcome.count, 'row')} in {formatCount(Math.round(outcome.elapsedMs))} ms
          </AriaButton>
        )}
        {outcome.kind === 'subscription' && (
          <AriaButton className="button link" onPress={() => showTab(outcome.tab)}>
            Rows come in their own tab
          </AriaButton>
        )}
        {error !== undefined && (
          <div className="log-error">
            <div role="alert">
              <AriaButton className="problem-jump" onPress={() => jump(entry, span)}>
                <span className="mono">
                  Ln {span.line}, Col {span.column}
                </span>
                {error.message}
              </AriaButton>{' '}
              <span className="dim mono">{error.code}</span>
            </div>
            {error.hint !== undefined && error.details['refusal'] !== 'partitions' && (
              <div className="hint">{error.hint}</div>
            )}
            <JoinRefusal
              error={error}
              onInsert={(sql) => editor.replace(entry.span.offset, entry.span.offset, `${sql}\n\n`)}
            />
            {error.rewrite !== undefined && (
              <Button
                small
                onPress={() => {
                  const { rewrite } = error;
                  if (rewrite !== undefined) {
                    editor.replace(rewrite.span.offset, rewrite.span.offset + rewrite.span.length, rewrite.text);
                  }
                }}
              >
                {error.rewrite.title}
              </Button>
            )}
          </div>
        )}
      </div>
    </div>
  );
}
