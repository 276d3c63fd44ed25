/**
 * What every JavaScript runtime that Weir runs on (window, worker, Node) has beyond the language itself and that is
 * pure: a function of its arguments alone. Anything else comes in through a port.
 */
declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number };
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: Uint8Array | ArrayBuffer): string;
}
