import { Modal } from '../components/controls.tsx';
import { COMMANDS, printKeys } from './commands.ts';
import { setView, useView } from './view.ts';

const IN_PLACE: readonly (readonly [string, string])[] = [
  ['← →', 'In a log: the record before or after'],
  ['↑ ↓', 'In a log: the same offset in the partition above or below'],
  ['Enter', 'In a log or a grid: inspect the record'],
  ['Shift+← →', 'In a grid: make the column narrower or wider'],
  ['Shift+Enter', 'In a grid: show the whole value'],
  ['Home End', 'In a log: the log start, the newest record'],
  ['/', 'In windows and joins: find a key'],
  ['+ - 0', 'In windows and joins: see closer, see more, see all'],
  ['Arrows', 'On a line between panes: resize'],
  ['F8', 'In the editor: the next problem'],
  ['Esc', 'In a dialog: close it'],
  ['Ctrl+Space', 'In the editor: complete'],
];

export function HelpDialog() {
  const isOpen = useView((view) => view.dialog === 'help');
  return (
    <Modal title="Keys" isOpen={isOpen} onClose={() => setView({ dialog: undefined })} width={800}>
      <div className="help" tabIndex={0} role="region" aria-label="All keys">
        {(['Editor', 'Engine', 'View'] as const).map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {COMMANDS.filter((command) => command.group === group && command.keys !== undefined).map((command) => (
                <div key={command.id}>
                  <dt>
                    <kbd>{printKeys(command.keys ?? '')}</kbd>
                  </dt>
                  <dd>{command.title}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>In place</h3>
          <dl>
            {IN_PLACE.map(([keys, title]) => (
              <div key={title}>
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{title}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Modal>
  );
}
