/** What was compiled (the path with everything taken out that names a variant), and in which variant. */
export interface PathClassification {
  readonly unit: string;
  /** "" where the path names none; several layouts are joined with "+": `O2+pic`. */
  readonly variant: string;
}

/** The place of a file in two pieces, as the files of a directory have one of them in common. */
export interface FileClassification {
  /** "" where `name` is the whole unit. */
  readonly dir: string;
  readonly name: string;
  readonly variant: string;
}

export function unitOf({ dir, name }: FileClassification): string {
  return dir === "" ? name : `${dir}/${name}`;
}

export interface DirClassification extends PathClassification {
  /** Of a directory in which object files alone are a variant (libtool's `.libs`): where these belong. */
  readonly objects?: PathClassification;
  /** Of a directory in which libraries and programs alone are a variant (CMake's `sub/Debug`): where these belong. */
  readonly products?: PathClassification;
}

/** What was joined before, by the first name: trees have few variants and many files. */
const joined = new Map<string, Map<string, string>>();

/** Two variants' names as one, each word once, in the order of the path. */
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
