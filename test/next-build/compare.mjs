/** Compares a sequence of builds with links to the same sequence without. */

export const CELLS = ["a", "b", "c", "d"];

/**
 * The differences by cell; a cell without any is right.
 *
 * @param isCompared Whether a record counts.
 */
export function compare(without, with_, isCompared = () => true) {
  const findings = { a: [], b: [], c: [], d: [] };
  without.forEach((record, i) => {
    if (!isCompared(record)) return;
    const other = with_[i];
    const found = differences(record, other);
    if (found.length > 0) findings[record.cell].push({ label: record.label, found });
  });
  return findings;
}

/**
 * Steps are compared only after complete builds. After a partial build, an output that got the older time of an
 * identical file may be rebuilt, which costs time but is harmless.
 */
function differences(expected, actual) {
  const found = actual.failed === undefined ? [] : [`the build fails, ${actual.failed}`];
  if (countsSteps(expected) && expected.steps.length !== actual.steps.length) {
    found.push(
      `${actual.steps.length} steps instead of ${expected.steps.length}: ${difference(actual.steps, expected.steps)}`,
    );
  } else if (expected.label === "query" && expected.steps.join() !== actual.steps.join()) {
    found.push(`printed ${actual.steps.join(", ")} instead of ${expected.steps.join(", ")}`);
  }
  if (expected.stopped) return found; // the outputs of an interrupted build vary
  for (const path of new Set([...expected.contents.keys(), ...actual.contents.keys()])) {
    const [a, b] = [expected.contents.get(path), actual.contents.get(path)];
    if (a === b) continue;
    found.push(
      `${path} ${b === undefined ? "is missing" : a === undefined ? "should not exist" : "differs"}`,
    );
  }
  return found;
}

function countsSteps({ cell, label }) {
  return label !== "healed" && (cell === "a" || cell === "c" || label === "nothing to do");
}

function difference(all, known) {
  const left = [...known];
  const extra = all.filter((step) => {
    const at = left.indexOf(step);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return extra.length > 0
    ? extra.slice(0, 3).map(short).join("; ")
    : `missing ${left.slice(0, 3).map(short).join("; ")}`;
}

/** Whether a record of the trusting sequence counts: see there. */
export function isHealed({ label }) {
  return label === "healed" || label === "nothing to do";
}

/** Throws if a sequence fails, or if changes of sources change no outputs: it would prove nothing. */
export function assertMeaningful(records, name) {
  const failed = records.find((record) => record.failed !== undefined);
  if (failed !== undefined) throw new Error(`${name}: ${failed.label}: ${failed.failed}`);
  const [first, ...rest] = records.filter(({ contents }) => contents.size > 0);
  const quiet = ["own source changed", "shared source changed"].filter((start) => {
    const at = rest.findIndex(({ label }) => label.startsWith(start));
    const before = at > 0 ? rest[at - 1] : first;
    return same(before.contents, rest[at].contents);
  });
  if (first === undefined || quiet.length > 0)
    throw new Error(`${name}: no output changes after: ${quiet.join(", ")}`);
}

function same(a, b) {
  return a.size === b.size && Array.from(a).every(([path, digest]) => b.get(path) === digest);
}

function short(step) {
  return step.length > 100 ? `${step.slice(0, 100)}…` : step;
}
