/**
 * Room outside of memory that can be reached without waiting: records are processed synchronously, so a state store
 * that has outgrown its budget cannot await a promise. The file begins empty, holds nothing that is needed after a restart
 * (a store's truth is its changelog), and is as large as what was written farthest behind.
 *
 * The shape is that of a `FileSystemSyncAccessHandle`, with failures as WeirErrors.
 */
export interface ScratchFile {
  /** Fills `into` with the bytes from position `at` on, all of which have been written. @throws WeirError STORAGE_FAILED */
  read(into: Uint8Array, at: number): void;
  /** @throws WeirError STORAGE_QUOTA when there is no room, STORAGE_FAILED for anything else */
  write(bytes: Uint8Array, at: number): void;
  /** Gives back what lies at `sizeBytes` and behind. */
  truncate(sizeBytes: number): void;
  /** Ends its use; the file goes. */
  close(): void;
}
