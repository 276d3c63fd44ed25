/**
 * Rows on their way to the page, column by column: a structured clone costs by the object, and a block has six however
 * many rows it holds. The texts of a row are its key's and its cells', row after row in one string, where `textEnds`
 * says where each ends; the kinds of the cells go the same way, the key's included. Rows are made of a block when they
 * are looked at.
 */
import type { Cell, CellKind } from './cell.ts';
import type { ResultRow, RowKind } from './rows.ts';

const CELL_KINDS: readonly CellKind[] = ['null', 'boolean', 'number', 'string', 'bytes', 'time', 'nested'];
const CELL_KIND_INDEX = Object.fromEntries(CELL_KINDS.map((kind, i) => [kind, i])) as Record<CellKind, number>;
const ROW_KINDS: readonly RowKind[] = ['+I', '-U', '+U', '-D'];
const ROW_KIND_INDEX = Object.fromEntries(ROW_KINDS.map((kind, i) => [kind, i])) as Record<RowKind, number>;
const UNKNOWN = -1;

/** Result rows as they cross, column by column: one block an update. */
export interface RowBlock {
  readonly rowCount: number;
  /** Cells of a row, its key not counted. */
  readonly cellCount: number;
  readonly texts: string;
  /** `rowCount` times `cellCount + 1`. */
  readonly textEnds: Uint32Array;
  /** As many, each an index into `CELL_KINDS`. */
  readonly cellKinds: Uint8Array;
  /** One each row, an index into `ROW_KINDS`. */
  readonly rowKinds: Uint8Array;
  readonly timestampsMs: Float64Array;
  /** -1 where it is not known. */
  readonly partitions: Int32Array;
  /** -1 where it is not known. */
  readonly offsets: Float64Array;
}

/** @throws RangeError when a row has not `cellCount` cells */
export function packRows(rows: readonly ResultRow[], cellCount: number): RowBlock {
  const stride = cellCount + 1;
  const texts: string[] = [];
  const textEnds = new Uint32Array(rows.length * stride);
  const cellKinds = new Uint8Array(rows.length * stride);
  const rowKinds = new Uint8Array(rows.length);
  const timestampsMs = new Float64Array(rows.length);
  const partitions = new Int32Array(rows.length);
  const offsets = new Float64Array(rows.length);
  let end = 0;
  let at = 0;
  const add = (kind: CellKind, text: string): void => {
    texts.push(text);
    end += text.length;
    cellKinds[at] = CELL_KIND_INDEX[kind];
    textEnds[at++] = end;
  };
  rows.forEach((row, i) => {
    if (row.cells.length !== cellCount) throw new RangeError(`A row of ${row.cells.length} cells, not ${cellCount}`);
    rowKinds[i] = ROW_KIND_INDEX[row.kind];
    timestampsMs[i] = row.timestampMs;
    partitions[i] = row.partition ?? UNKNOWN;
    offsets[i] = row.offset ?? UNKNOWN;
    add(row.key === null ? 'null' : 'string', row.key ?? '');
    for (const cell of row.cells) add(cell.kind, cell.text);
  });
  const block = { textEnds, cellKinds, rowKinds, timestampsMs, partitions, offsets };
  return { rowCount: rows.length, cellCount, texts: texts.join(''), ...block };
}

/** The row at an index of the block, oldest first. */
export function rowOf(block: RowBlock, index: number): ResultRow {
  const first = index * (block.cellCount + 1);
  const text = (at: number): string => block.texts.slice(at === 0 ? 0 : block.textEnds[at - 1], block.textEnds[at]);
  const kind = (at: number): CellKind => CELL_KINDS[block.cellKinds[at] ?? 0] ?? 'null';
  const cells: Cell[] = [];
  for (let i = 1; i <= block.cellCount; i++) cells.push({ kind: kind(first + i), text: text(first + i) });
  const partition = block.partitions[index] ?? UNKNOWN;
  const offset = block.offsets[index] ?? UNKNOWN;
  return {
    kind: ROW_KINDS[block.rowKinds[index] ?? 0] ?? '+I',
    key: kind(first) === 'null' ? null : text(first),
    cells,
    timestampMs: block.timestampsMs[index] ?? 0,
    partition: partition === UNKNOWN ? undefined : partition,
    offset: offset === UNKNOWN ? undefined : offset,
  };
}
