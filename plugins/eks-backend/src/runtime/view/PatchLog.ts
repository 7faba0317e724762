/** How many changes are kept, and how many characters of them. */
const MAXIMUM_CHANGES = 256;
const MAXIMUM_LENGTH = 1024 * 1024;

/** A change as text, and the id of the state that it leads to. */
export interface LoggedChange {
  id: string;
  json: string;
}

/**
 * The last changes of a view, so that a viewer whose connection was lost goes
 * on where it was.
 */
export class PatchLog {
  #entries: LoggedChange[] = [];
  #length = 0;

  /** The change that leads to the latest version. */
  add(change: LoggedChange): void {
    this.#entries.push(change);
    this.#length += change.json.length;
    while (
      this.#entries.length > MAXIMUM_CHANGES ||
      this.#length > MAXIMUM_LENGTH
    ) {
      const oldest = this.#entries.shift();
      this.#length -= oldest?.json.length ?? 0;
    }
  }

  /**
   * What came after a version, oldest first; undefined if some of it is
   * forgotten.
   *
   * @param latest - the version that is the latest now
   */
  since(version: number, latest: number): LoggedChange[] | undefined {
    if (!Number.isInteger(version) || version < 0 || version > latest) {
      return undefined;
    }
    const missed = latest - version;
    return missed > this.#entries.length
      ? undefined
      : this.#entries.slice(this.#entries.length - missed);
  }
}
