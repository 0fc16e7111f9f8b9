/** What a sequence with links did otherwise than the one without. */

export const CELLS = ["a", "b", "c", "d"];

/** Findings by cell; a cell without one is right. */
export function compare(without, with_) {
  const findings = { a: [], b: [], c: [], d: [] };
  without.forEach((record, i) => {
    const other = with_[i];
    const found = differences(record, other);
    if (found.length > 0) findings[record.cell].push({ label: record.label, found });
  });
  return findings;
}

/**
 * Steps count where a whole build ran before: after a part of it was built, an output that carries the
 * older time of its twin may be made once more, which costs time and harms nothing.
 */
function differences(expected, actual) {
  const found = actual.failed === undefined ? [] : [`the build fails, ${actual.failed}`];
  if (countsSteps(expected) && expected.steps.length !== actual.steps.length) {
    found.push(
      `${actual.steps.length} steps in place of ${expected.steps.length}: ${less(actual.steps, expected.steps)}`,
    );
  } else if (expected.label === "asked" && expected.steps.join() !== actual.steps.join()) {
    found.push(`said ${actual.steps.join(", ")} in place of ${expected.steps.join(", ")}`);
  }
  if (expected.stopped) return found; // what an interrupted build leaves is its own affair
  for (const path of new Set([...expected.contents.keys(), ...actual.contents.keys()])) {
    const [a, b] = [expected.contents.get(path), actual.contents.get(path)];
    if (a === b) continue;
    found.push(
      `${path} ${b === undefined ? "is missing" : a === undefined ? "is too much" : "differs"}`,
    );
  }
  return found;
}

function countsSteps({ cell, label }) {
  return cell === "a" || cell === "c" || label === "nothing to do";
}

function less(all, known) {
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

/** A sequence in which nothing happens proves nothing. */
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
