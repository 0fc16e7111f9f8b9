/** The unit and variant of a path. */
export interface PathClassification {
  /** What was compiled: the path without the parts that name a variant. */
  readonly unit: string;
  /** "" if the path names none. Several are joined with "+": `O2+pic`. */
  readonly variant: string;
}

/** The unit and variant of a file. The unit is split, so that the files of a directory share a string. */
export interface FileClassification {
  /** The unit's directory; "" if `name` is the whole unit. */
  readonly dir: string;
  readonly name: string;
  readonly variant: string;
}

export function unitOf({ dir, name }: FileClassification): string {
  return dir === "" ? name : `${dir}/${name}`;
}

export interface DirClassification extends PathClassification {
  /** Applies to object files instead, if set: in libtool's `.libs` only they are a variant. */
  readonly objects?: PathClassification;
  /** Applies to libraries and programs instead, if set: in CMake's `sub/Debug` only they are a variant. */
  readonly products?: PathClassification;
}

/** Caches joined variants by both names: trees have few variants and many files. */
const joined = new Map<string, Map<string, string>>();

/** Joins two variants, each word once, in the order of the path. */
export function joinVariants(a: string, b: string): string {
  if (a === "") return b;
  if (b === "") return a;
  let row = joined.get(a);
  if (row === undefined) joined.set(a, (row = new Map()));
  let both = row.get(b);
  if (both === undefined) row.set(b, (both = joinWords(a, b)));
  return both;
}

function joinWords(a: string, b: string): string {
  const known = a.split("+");
  const added = b.split("+").filter((word) => !known.includes(word));
  return [a, ...added].join("+");
}
