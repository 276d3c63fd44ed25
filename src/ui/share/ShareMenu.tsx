import { useRef, useState } from 'react';
import { Button as AriaButton, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from 'react-aria-components';
import { EXAMPLES } from '../../lessons/examples/examples.ts';
import { useClient, useEngine } from '../app/engine.tsx';
import { exampleOf } from '../app/hash.ts';
import { setView } from '../app/view.ts';
import { Icon, type IconName } from '../components/Icon.tsx';
import { copyLink, copyWorkspaceLink, downloadScript, downloadWorkspace, openSharedFile } from './actions.ts';
import './share.css';

type Action = readonly [icon: IconName, title: string, act: (() => void) | 'pick'];

const SAID_FOR_MS = 4_000;

/** Ways to pass the script or the workspace on, to take in what others made, and examples to begin with. */
export function ShareMenu() {
  const client = useClient();
  const workspace = useEngine((s) => s.workspace);
  const input = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState('');
  const say = (text: string): void => {
    setSaid(text);
    setTimeout(() => setSaid((now) => (now === text ? '' : now)), SAID_FOR_MS);
  };
  const answer = (work: Promise<string>): void => void work.then(say, client.report);
  const sections: readonly (readonly [string, readonly Action[]])[] = [
    [
      'This text',
      [
        ['copy', 'Copy a link to this text', () => answer(copyLink())],
        ['insert', `Download as ${workspace}.sql`, () => downloadScript(workspace)],
      ],
    ],
    [
      'The workspace',
      [
        ['copy', 'Copy a link to the workspace', () => answer(copyWorkspaceLink(client))],
        ['insert', 'Download the workspace', () => answer(downloadWorkspace(client, false))],
        ['check', 'Download as a test', () => answer(downloadWorkspace(client, true))],
      ],
    ],
    ['From elsewhere', [['file', 'Open a script or a workspace\u2026', 'pick']]],
    ['Examples', EXAMPLES.map((e): Action => ['book', e.title, () => setView({ shared: exampleOf(e.id) })])],
  ];
  return (
    <>
      <MenuTrigger>
        <AriaButton className="button quiet">
          Share
          <span className="menu-mark">
            <Icon name="chevron" size={12} />
          </span>
        </AriaButton>
        <Popover className="popover" placement="bottom start" offset={2}>
          <Menu className="menu" aria-label="Share">
            {sections.map(([heading, actions]) => (
              <MenuSection key={heading} className="menu-section">
                <Header className="menu-heading">{heading}</Header>
                {actions.map(([icon, title, act]) => (
                  <MenuItem
                    key={title}
                    className="menu-item"
                    textValue={title}
                    onAction={() => (act === 'pick' ? input.current?.click() : act())}
                  >
                    <Icon name={icon} size={14} />
                    {title}
                  </MenuItem>
                ))}
              </MenuSection>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
      <span className="share-said" role="status">
        {said}
      </span>
      <input
        ref={input}
        type="file"
        hidden
        accept=".sql,.ksql,.zip"
        aria-label="A script or a workspace to open"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) openSharedFile(file).catch(client.report);
          event.target.value = '';
        }}
      />
    </>
  );
}
