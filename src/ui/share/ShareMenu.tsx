import { useRef, useState } from 'react';
import { Button as AriaButton, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from 'react-aria-components';
import { EXAMPLES } from '../../lessons/examples/examples.ts';
import { useClient, useEngine } from '../app/engine.tsx';
import { exampleOf } from '../app/hash.ts';
import { setView } from '../app/view.ts';
import { Icon, type IconName } from '../components/Icon.tsx';
import { copyLink, downloadScript, openScriptFile } from './actions.ts';
import './share.css';

const SAID_FOR_MS = 4_000;

/** What can be done with the script as a whole, and scripts to begin with. */
export function ShareMenu() {
  const client = useClient();
  const workspace = useEngine((s) => s.workspace);
  const input = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState('');
  const say = (text: string): void => {
    setSaid(text);
    setTimeout(() => setSaid((now) => (now === text ? '' : now)), SAID_FOR_MS);
  };
  const actions: readonly (readonly [string, IconName, string])[] = [
    ['copy-link', 'copy', 'Copy a link to this text'],
    ['download', 'insert', `Download as ${workspace}.sql`],
    ['open', 'file', 'Open a .sql file\u2026'],
  ];
  const act = (id: string): void => {
    if (id === 'copy-link') void copyLink().then(say);
    else if (id === 'download') downloadScript(workspace);
    else if (id === 'open') input.current?.click();
    else setView({ shared: exampleOf(id) });
  };
  return (
    <>
      <MenuTrigger>
        <AriaButton className="button quiet">
          Script
          <span className="menu-mark">
            <Icon name="chevron" size={12} />
          </span>
        </AriaButton>
        <Popover className="popover" placement="bottom start" offset={2}>
          <Menu className="menu" aria-label="Script" onAction={(key) => act(String(key))}>
            <MenuSection className="menu-section">
              <Header className="menu-heading">Share and keep</Header>
              {actions.map(([id, icon, title]) => (
                <MenuItem key={id} id={id} className="menu-item" textValue={title}>
                  <Icon name={icon} size={14} />
                  {title}
                </MenuItem>
              ))}
            </MenuSection>
            <MenuSection className="menu-section">
              <Header className="menu-heading">Examples</Header>
              {EXAMPLES.map((example) => (
                <MenuItem key={example.id} id={example.id} className="menu-item" textValue={example.title}>
                  <Icon name="book" size={14} />
                  {example.title}
                </MenuItem>
              ))}
            </MenuSection>
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
        accept=".sql,.ksql"
        aria-label="A script to open"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) openScriptFile(file).catch(client.report);
          event.target.value = '';
        }}
      />
    </>
  );
}
