import { createHash } from 'node:crypto';
import type { ObjectStore } from '../types';
import { typed } from './objects';

/** Gives out the addresses of a VPC, each to one pod or node at a time. */
export class Addresses {
  /** Who has an address: its uid, or what it was reserved for. */
  readonly #holders = new Map<string, string>();
  readonly #reserved = new Map<string, string>();
  readonly #unsubscribe: () => void;

  constructor(store: ObjectStore) {
    store
      .list(typed.nodes)
      .forEach(({ metadata, status }) =>
        this.#hold(metadata.uid, status.addresses[0]?.address),
      );
    store
      .list(typed.pods)
      .forEach(({ metadata, status }) =>
        this.#hold(metadata.uid, status?.podIP),
      );
    this.#unsubscribe = store.subscribe(({ type, object }) => {
      if (type === 'DELETED') {
        this.#release(object.metadata.uid ?? '');
      }
    });
  }

  stop() {
    this.#unsubscribe();
  }

  /** An address; for the same holder it is the same. */
  take(holder: string): string {
    const known = this.#reserved.get(holder);
    if (known) {
      return known;
    }
    for (let attempt = 0; ; attempt++) {
      const bytes = createHash('sha256')
        .update(`${holder}/${attempt}`)
        .digest();
      const address = `10.0.${bytes[0] % 192}.${(bytes[1] % 250) + 4}`;
      if (!this.#holders.has(address)) {
        this.#hold(holder, address);
        return address;
      }
    }
  }

  #hold(holder = '', address = '') {
    if (address) {
      this.#holders.set(address, holder);
      this.#reserved.set(holder, address);
    }
  }

  #release(holder: string) {
    const address = this.#reserved.get(holder);
    if (address) {
      this.#reserved.delete(holder);
      this.#holders.delete(address);
    }
  }
}
