import type { FileTable } from "../core/file-table.ts";
import type { DuplicateSets, Plan, StoreAddition, StoreEntries, StorePlan } from "../core/model.ts";

/** Which differences keep a file from sharing blocks with an entry. */
interface CloneStoreOptions {
  readonly respectTime: boolean;
  /** Extended attributes must agree. */
  readonly respectXattrs: boolean;
}

/** What the files of a table have to agree in. */
interface CloneFacts {
  readonly files: FileTable;
  readonly sets: Pick<DuplicateSets, "attributes">;
}

/** What a plan to make clones does with a content store. Clones keep their own modes, owners and times. */
export class CloneStore {
  readonly #store: StoreEntries;
  readonly #options: CloneStoreOptions;
  readonly #linked: Uint8Array;
  readonly #additions: StoreAddition[] = [];
  readonly #apart = new Map<number, number>();
  /** What the plan to make links adds, by set. */
  #linkedAdditions: ReadonlyMap<number, readonly StoreAddition[]> | undefined;
  #found = 0;
  /** Found by the plan to make links; the store is on one file system, which makes either links or clones. */
  #linkedFound = 0;

  /** @param rows Of the plan. */
  constructor(store: StoreEntries, rows: number, options: CloneStoreOptions) {
    this.#store = store;
    this.#options = options;
    this.#linked = new Uint8Array(rows);
  }

  isEntry(row: number): boolean {
    return row >= this.#store.firstEntry;
  }

  /** Whether a file may share the blocks of an entry that it equals. */
  allows({ files, sets: { attributes } }: CloneFacts, file: number, entry: number): boolean {
    const { respectTime, respectXattrs } = this.#options;
    return (
      (!respectTime || files.sameMtime(file, entry)) &&
      (!respectXattrs || (attributes.get(file) ?? "") === (attributes.get(entry) ?? ""))
    );
  }

  /** @param linked The paths from this row on that are cloned because of the store alone. */
  found(row: number, linked: readonly number[]): void {
    this.#found += 1;
    this.#linked.fill(1, row, row + linked.length);
  }

  /** Puts a file in; false if the store has it, or does not take it. */
  add(set: number, file: number): boolean {
    if (this.#store.isEntry(file)) this.#found += 1;
    if (this.#store.isEntry(file) || !this.#store.hasRoom(set, file)) return false;
    this.#additions.push({ file, set });
    return true;
  }

  /** Takes over what the plan to make links does with a set. */
  copyRows({ starts, names, store }: Plan, set: number): void {
    if (store === undefined) return;
    const [from, to] = [starts[set], starts[set + 1]];
    this.#linked.set(store.linked.subarray(from, to), from);
    this.#linkedFound = store.found;
    this.#linkedAdditions ??= bySet(store.additions);
    for (const addition of this.#linkedAdditions.get(set) ?? []) this.#additions.push(addition);
    for (const name of names.subarray(from, to)) {
      const entry = store.apart.get(name);
      if (entry !== undefined) this.#apart.set(name, entry);
    }
  }

  /** @param refused The plan does nothing. */
  plan(refused: boolean): StorePlan {
    return {
      linked: this.#linked,
      additions: refused ? [] : this.#additions,
      apart: this.#apart,
      found: this.#found + this.#linkedFound,
    };
  }
}

function bySet(additions: readonly StoreAddition[]): Map<number, StoreAddition[]> {
  const sets = new Map<number, StoreAddition[]>();
  for (const addition of additions) {
    const same = sets.get(addition.set);
    if (same === undefined) sets.set(addition.set, [addition]);
    else same.push(addition);
  }
  return sets;
}
