/** The field that leads to one key among many: what is typed is looked for in the text of the keys. */
import { useEffect, useState, type KeyboardEvent, type RefObject } from 'react';

const PAUSE_MS = 250;

export function KeyField(props: {
  readonly ref: RefObject<HTMLInputElement | null>;
  /** Told once the typing pauses: the past is read again for it. */
  readonly onFind: (text: string) => void;
  /** Leaves the field for what was found. */
  readonly onLeave: () => void;
}) {
  const { ref, onFind, onLeave } = props;
  const [text, setText] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => onFind(text.trim()), text === '' ? 0 : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, onFind]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && text !== '') setText('');
    else if (event.key === 'Escape' || event.key === 'Enter' || event.key === 'ArrowDown') onLeave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <input
      ref={ref}
      className="field timeline-find"
      type="search"
      aria-label="Find a key"
      title="Find a key (/)"
      placeholder="Find a key"
      autoComplete="off"
      spellCheck={false}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={onKeyDown}
    />
  );
}
