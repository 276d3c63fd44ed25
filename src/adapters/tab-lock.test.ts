import { describe, expect, it } from 'vitest';
import { type LockRequester, type TabLockOptions, acquireTabLock, takeOverTabLock } from './tab-lock.ts';

interface Held {
  readonly steal: () => void;
  readonly ended: Promise<void>;
}

/** As much of the Web Locks API as is used, by its specification: exclusive locks, `ifAvailable`, `steal`, `signal`. */
class FakeLocks implements LockRequester {
  readonly #held = new Map<string, Held>();

  async request(
    name: string,
    options: LockOptions,
    callback: (lock: { readonly name: string } | null) => Promise<void>,
  ): Promise<void> {
    await Promise.resolve();
    for (let holder = this.#held.get(name); holder !== undefined; holder = this.#held.get(name)) {
      if (options.ifAvailable === true) return callback(null);
      if (options.steal === true) {
        this.#held.delete(name);
        holder.steal();
        break;
      }
      await Promise.race([holder.ended, aborted(options.signal)]);
    }
    let steal: () => void = () => undefined;
    const stolen = new Promise<void>((_, reject) => {
      steal = () => reject(new DOMException('stolen', 'AbortError'));
    });
    const running = Promise.race([callback({ name }), stolen]);
    const held: Held = { steal, ended: running.catch(() => undefined) };
    this.#held.set(name, held);
    try {
      await running;
    } finally {
      if (this.#held.get(name) === held) this.#held.delete(name);
    }
  }
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) =>
    signal?.addEventListener('abort', () => reject(new DOMException('gave up', 'AbortError'))),
  );
}

function optionsOf(
  locks: FakeLocks,
  label: string,
  onTakeoverRequested = async (): Promise<void> => undefined,
): TabLockOptions {
  return { label, onTakeoverRequested, patienceMs: 100, locks };
}

describe('tab lock', () => {
  it('is held by one tab, which others learn of by its label, and can be taken when it is released', async () => {
    const locks = new FakeLocks();
    const first = await acquireTabLock('w', optionsOf(locks, 'the tab opened at 10:00'));
    await expect(acquireTabLock('w', optionsOf(locks, 'second'))).rejects.toMatchObject({
      code: 'STORAGE_LOCKED',
      details: { workspace: 'w', owner: 'the tab opened at 10:00' },
    });
    const other = await acquireTabLock('another workspace', optionsOf(locks, 'second'));
    first.release();
    expect(await first.lost).toBe('released');
    (await acquireTabLock('w', optionsOf(locks, 'second'))).release();
    other.release();
  });

  it('is waited for when its owner does not answer and then ends, as a page does that is loaded anew', async () => {
    const locks = new FakeLocks();
    let end: () => void = () => undefined;
    void locks.request('weir:w', {}, () => new Promise<void>((resolve) => (end = resolve)));
    setTimeout(() => end(), 150);
    const lock = await acquireTabLock('w', optionsOf(locks, 'second'));
    lock.release();
    expect(await lock.lost).toBe('released');
  });

  it('is refused while an owner lives that does not answer', async () => {
    const locks = new FakeLocks();
    void locks.request('weir:w', {}, () => new Promise<void>(() => undefined));
    await expect(acquireTabLock('w', optionsOf(locks, 'second'))).rejects.toMatchObject({
      code: 'STORAGE_LOCKED',
      details: { owner: null },
    });
  });

  it('is handed over by an owner that answers', async () => {
    const locks = new FakeLocks();
    let isClosed = false;
    const first = await acquireTabLock(
      'w',
      optionsOf(locks, 'first', async () => {
        isClosed = true;
      }),
    );
    const second = await takeOverTabLock('w', optionsOf(locks, 'second'));
    expect(isClosed).toBe(true);
    expect(await first.lost).toBe('released');
    second.release();
  });

  it('is stolen from an owner that does not answer, which is told', async () => {
    const locks = new FakeLocks();
    const first = await acquireTabLock(
      'w',
      optionsOf(locks, 'first', () => new Promise(() => undefined)),
    );
    const second = await takeOverTabLock('w', optionsOf(locks, 'second'));
    expect(await first.lost).toBe('taken');
    second.release();
    expect(await second.lost).toBe('released');
  });
});
