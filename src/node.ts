/** What the library has for Node alone, beside `index.ts`. */
export { FileStorage, type FileStorageOptions } from './adapters/storage-files.ts';
export { openNodeScratch } from './adapters/scratch-node.ts';
