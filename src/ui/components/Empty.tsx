import type { ReactNode } from 'react';
import { editor } from '../editor/handle.ts';
import { Button } from './controls.tsx';

/** An empty state that teaches: what would be here, and the statement that brings it. */
export function Empty(props: {
  readonly title: string;
  readonly children: ReactNode;
  readonly sql?: string | undefined;
  readonly action?: ReactNode;
}) {
  const { sql } = props;
  return (
    <div className="empty">
      <h2>{props.title}</h2>
      <div>{props.children}</div>
      {sql !== undefined && (
        <>
          <pre>{sql}</pre>
          <Button small icon="insert" onPress={() => editor.append(sql)}>
            Insert into the editor
          </Button>
        </>
      )}
      {props.action}
    </div>
  );
}
