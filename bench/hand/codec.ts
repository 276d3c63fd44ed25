/** What every hand-written loop decodes with and encodes with: the platform's own means, a record at a time. */
const decoder = new TextDecoder();
const encoder = new TextEncoder();

export interface Order {
  readonly ORDER_ID: number;
  readonly PRODUCT: string;
  readonly QUANTITY: number;
  readonly PRICE: number;
  readonly STATUS: string;
}

export interface Customer {
  readonly NAME: string;
  readonly CITY: string;
  readonly LEVEL: number;
}

export interface PlacedOrder {
  readonly CUSTOMER: string;
  readonly PRODUCT: string;
  readonly PRICE: number;
}

export interface Payment {
  readonly AMOUNT: number;
  readonly METHOD: string;
}

export function decodeJson<T>(bytes: Uint8Array): T {
  return JSON.parse(decoder.decode(bytes)) as T;
}

export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

export function encodeJson(value: object): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

/** What a loop gives: enough to see that it did the work, and that the engine did the same. */
export interface HandResult {
  readonly records: number;
  readonly sizeBytes: number;
}
