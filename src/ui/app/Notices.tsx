import { Button, IconButton } from '../components/controls.tsx';
import { Icon } from '../components/Icon.tsx';
import { useClient, useEngine } from './engine.tsx';
import { runStatement } from './run.ts';

/** Events that need a person: a query failed, the storage is nearly full. */
export function Notices() {
  const client = useClient();
  const notices = useEngine((s) => s.notices);
  return (
    <div className="notices" role="log" aria-label="Notices" aria-live="polite">
      {notices.slice(-3).map(({ action, ...notice }) => (
        <div key={notice.id} className={`notice ${notice.level}`}>
          <Icon name={notice.level === 'info' ? 'info' : 'alert'} />
          <div className="notice-text">
            <div>{notice.text}</div>
            {notice.error?.hint !== undefined && <div className="hint">{notice.error.hint}</div>}
            {action !== undefined && (
              <Button small onPress={() => runStatement(client, action.sql)}>
                {action.title}
              </Button>
            )}
          </div>
          <IconButton small icon="close" label="Dismiss" onPress={() => client.dismissNotice(notice.id)} />
        </div>
      ))}
    </div>
  );
}
