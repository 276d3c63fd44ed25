import { useEffect, useState } from 'react';
import { setView } from '../app/view.ts';
import { Icon } from '../components/Icon.tsx';
import { useClient } from '../app/engine.tsx';
import { isSharedFile, openSharedFile } from '../share/actions.ts';
import './import.css';

/** Takes a file dropped anywhere on the page. */
export function DropTarget() {
  const client = useClient();
  const [over, setOver] = useState(false);
  useEffect(() => {
    let depth = 0;
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
    const enter = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      depth++;
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const move = (event: DragEvent): void => {
      if (hasFiles(event)) event.preventDefault();
    };
    // Before Monaco, which would take the file for text.
    const drop = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      depth = 0;
      setOver(false);
      const file = event.dataTransfer?.files[0];
      if (file === undefined) return;
      if (isSharedFile(file.name)) openSharedFile(file).catch(client.report);
      else setView({ importing: { file, fileName: file.name } });
    };
    const options = { capture: true };
    addEventListener('dragenter', enter, options);
    addEventListener('dragleave', leave, options);
    addEventListener('dragover', move, options);
    addEventListener('drop', drop, options);
    return () => {
      removeEventListener('dragenter', enter, options);
      removeEventListener('dragleave', leave, options);
      removeEventListener('dragover', move, options);
      removeEventListener('drop', drop, options);
    };
  }, [client]);
  if (!over) return null;
  return (
    <div className="drop-target" aria-hidden="true">
      <div>
        <Icon name="upload" size={20} />
        Drop to import CSV, JSON or NDJSON, or to open a .sql script or a workspace
      </div>
    </div>
  );
}
