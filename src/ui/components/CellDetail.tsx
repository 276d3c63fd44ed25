import { useRef } from 'react';
import { Dialog, Popover } from 'react-aria-components';
import type { Cell } from '../../protocol/api.ts';
import { prettyValue } from '../inspector/pretty.ts';
import { CopyButton, IconButton } from './controls.tsx';
import { formatCount } from './format.ts';

/** Where the cell was when it was asked for: in a live grid it moves on. Relative to the grid's frame. */
export interface CellPlace {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** One value in full, beside the place of its cell. */
export function CellDetail(props: {
  readonly title: string;
  readonly type: string | undefined;
  readonly cell: Cell;
  readonly place: CellPlace;
  readonly onClose: () => void;
}) {
  const { cell } = props;
  const anchor = useRef<HTMLSpanElement>(null);
  return (
    <>
      <span ref={anchor} className="cell-anchor" style={{ ...props.place }} />
      <Popover
        className="popover cell-detail"
        triggerRef={anchor}
        isOpen
        placement="bottom start"
        offset={2}
        onOpenChange={(open) => {
          if (!open) props.onClose();
        }}
      >
        <Dialog aria-label={`Whole value of ${props.title}`}>
          <header>
            <strong className="truncate">{props.title}</strong>
            <span className="dim truncate">{props.type}</span>
            <span className="spacer" />
            {cell.kind === 'string' && (
              <span className="dim">
                {formatCount(cell.text.length)} {cell.text.length === 1 ? 'character' : 'characters'}
              </span>
            )}
            <CopyButton text={cell.text} label="Copy the value" />
            <IconButton small icon="close" label="Close" keys="Esc" onPress={props.onClose} />
          </header>
          <pre tabIndex={0} className={`cell ${cell.kind}`}>
            {cell.kind === 'nested' || cell.kind === 'string' ? prettyValue(cell.text) : cell.text}
          </pre>
        </Dialog>
      </Popover>
    </>
  );
}
