/** Suggestions for words that are not known, such as `did you mean --hardlink or --reflink?`. */

/** How many words are suggested at most. */
const MOST = 3;

/** The known words that begin with a word; else those that end with it or contain it; else the `closest` ones. */
export function nearest(word: string, known: readonly string[]): string[] {
  const wanted = word.toLowerCase();
  if (wanted.length < 2) return [];
  const tests: ((candidate: string) => boolean)[] = [
    (candidate) => candidate.startsWith(wanted),
    (candidate) => candidate.endsWith(wanted),
    (candidate) => candidate.includes(wanted),
  ];
  for (const test of tests) {
    const found = known.filter((candidate) => test(candidate.toLowerCase()));
    if (found.length > 0) return found.slice(0, MOST);
  }
  return closest(word, known);
}

/** The known words that differ from a word in the fewest letters, and in at most a quarter of them. */
export function closest(word: string, known: readonly string[]): string[] {
  const distances = known.map((each) => editDistance(word.toLowerCase(), each.toLowerCase()));
  const least = Math.min(...distances);
  if (least > Math.floor((word.length + 1) / 4)) return [];
  return known.filter((_, i) => distances[i] === least).slice(0, MOST);
}

/** The hint of an error: `did you mean a, b or c?`; undefined without words. */
export function didYouMean(words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  const last = words.slice(-1).join("");
  const list = words.length === 1 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
  return `did you mean ${list}?`;
}

/** The number of letters to insert, remove, replace or swap with their neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, last[j] + 1, row[j - 1] + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}
