import type { StoreAddition, StoreEntries, StorePlan } from "../core/model.ts";
import type { LinkBundle, LinkTimes } from "./link-times.ts";
import { type SharingFacts, SharingKeys, type SharingOptions } from "./sharing-keys.ts";

/** What is done with files that can share an inode. */
export type StoreChoice =
  /** They become links of an entry. */
  | { readonly type: "linked"; readonly entry: number }
  /** They stay among themselves: the store has the file, or gets it, or does not take it. */
  | { readonly type: "own"; readonly entry?: undefined }
  /** Likewise, because with the time of every entry that they equal, the next build would rebuild one of them. */
  | { readonly type: "apart"; readonly entry?: undefined };

export interface StoreChoiceFacts extends SharingFacts {
  readonly times: LinkTimes;
  /** By device: the most hard links that its file system allows. */
  readonly linkLimits: readonly number[];
}

const NO_ENTRIES: readonly number[] = [];
const OWN: StoreChoice = { type: "own" };

/**
 * Chooses the entries of a content store that the files of a plan are linked to, and the files that are put in.
 *
 * An entry never gets another modification time: it is a file of other trees, too. So it has to have a time with which
 * the files stay up to date, see `LinkTimes.allows`. If none has, one of the files is put in beside it.
 */
export class StoreChoices {
  readonly #store: StoreEntries;
  readonly #facts: StoreChoiceFacts;
  readonly #keys: SharingKeys;
  readonly #maxLinks: number;
  readonly #linked: Uint8Array;
  readonly #additions: StoreAddition[] = [];
  readonly #apart = new Map<number, number>();
  /** By entry: the links that the plan adds to it. */
  readonly #added = new Map<number, number>();
  #found = 0;

  /** @param rows Of the plan. */
  constructor(
    store: StoreEntries,
    facts: StoreChoiceFacts,
    options: SharingOptions & { readonly maxLinks: number },
    rows: number,
  ) {
    this.#store = store;
    this.#facts = facts;
    // Whether variants or directories of the tree may share a file has nothing to do with other trees.
    this.#keys = new SharingKeys(facts, { ...options, scope: "tree", respectName: false });
    this.#maxLinks = options.maxLinks;
    this.#linked = new Uint8Array(rows);
  }

  /** The entries that the files of a set equal. */
  entriesOf(set: number): readonly number[] {
    return this.#store.entries.get(set) ?? NO_ENTRIES;
  }

  /** @param bundles Files that can share an inode, the keeper first. */
  choose(set: number, bundles: readonly LinkBundle[]): StoreChoice {
    const { files, times, installed } = this.#facts;
    const [keeper] = bundles;
    if (this.#store.isEntry(keeper.inode)) {
      this.#found += 1;
      return OWN;
    }
    // Later steps of an installation change its copies in place.
    if (bundles.some(({ names }) => names.some((name) => installed.has(name)))) return OWN;
    const key = this.#keys.keyOf(keeper.inode, keeper.names[0]);
    const same = this.entriesOf(set).filter((entry) => this.#keys.keyOf(entry, entry) === key);
    const own = same.find((entry) => files.sameInode(entry, keeper.inode));
    if (own !== undefined) {
      this.#found += 1;
      return OWN;
    }
    const timely = same.filter((entry) => times.allows(bundles, entry));
    const entry = timely.find((each) => this.#hasRoom(each, bundles));
    if (entry !== undefined) {
      this.#found += bundles.length;
      const more = linksAdded(bundles, (inode) => files.sameInode(inode, entry));
      this.#added.set(entry, (this.#added.get(entry) ?? 0) + more);
      return { type: "linked", entry };
    }
    if (this.#store.hasRoom(set, keeper.inode)) this.#additions.push({ file: keeper.inode, set });
    if (same.length === 0 || timely.length > 0) return OWN;
    this.#found += 1;
    for (const name of keeper.names) this.#apart.set(name, same[0]);
    return { type: "apart" };
  }

  /** Marks plan rows as linked because of the store alone. */
  markLinked(from: number, count: number): void {
    this.#linked.fill(1, from, from + count);
  }

  plan(): StorePlan {
    return {
      linked: this.#linked,
      additions: this.#additions,
      apart: this.#apart,
      found: this.#found,
    };
  }

  #hasRoom(entry: number, bundles: readonly LinkBundle[]): boolean {
    const { files, linkLimits } = this.#facts;
    const { links, device } = files.columns;
    const most = Math.min(this.#maxLinks, linkLimits[device[entry]] ?? Number.POSITIVE_INFINITY);
    const more = linksAdded(bundles, (inode) => files.sameInode(inode, entry));
    return links[entry] + (this.#added.get(entry) ?? 0) + more <= most;
  }
}

function linksAdded(bundles: readonly LinkBundle[], isEntry: (inode: number) => boolean): number {
  return bundles.reduce((sum, { inode, names }) => sum + (isEntry(inode) ? 0 : names.length), 0);
}
