/** What a case is: two ways to do the same work over the same bytes. */
import type { HandResult } from '../hand/codec.ts';
import type { Shop } from '../orders.ts';

export interface OurResult extends HandResult {
  /** Frees what the run took; not measured. */
  readonly close?: () => Promise<void>;
}

export interface BenchCase {
  readonly name: string;
  /** Records that come in. */
  readonly events: (shop: Shop) => number;
  readonly hand: (shop: Shop) => HandResult;
  /** Does what is not measured, and returns what is. */
  readonly prepareOurs: (shop: Shop) => Promise<() => Promise<OurResult> | OurResult>;
}
