/** Random plans: which calls of a run fail, are delayed, or cause a signal. */
import fc from "fast-check";
import { ERRORS } from "./traced.mjs";

/** A position in thousandths of a list, so that a plan also fits a smaller tree. */
const share = fc.integer({ min: 0, max: 999 });

const fault = fc.record({
  /** What goes wrong; for `error`, the errno is one that the call can return. */
  what: fc.oneof(
    { weight: 7, arbitrary: fc.constant("error") },
    { weight: 2, arbitrary: fc.constant("KILL") },
    { weight: 1, arbitrary: fc.constantFrom("TERM", "INT", "delay") },
  ),
  /** The system call, among those of the phase, and which of its calls. */
  kind: share,
  at: share,
  errno: share,
  /** From the first replacement on, or anywhere in the run. */
  late: fc.oneof(
    { weight: 3, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
  /** Once, twice in a row, always from then on, or every second time. */
  often: fc.oneof(
    { weight: 4, arbitrary: fc.constant("once") },
    { weight: 1, arbitrary: fc.constantFrom("twice", "always", "second") },
  ),
});

const method = fc.constantFrom("native", "plain");
const jobs = fc.constantFrom(1, 2);
const faults = fc.array(fault, { minLength: 1, maxLength: 3 });
const disturbed = fc.record({ method, jobs, faults });
const beside = fc.record({ method, jobs, faults: fc.array(fault, { maxLength: 2 }) });

/** One run, or two at once, which may wait for each other; and the method of the run after them. */
export const plans = fc.record({
  runs: fc.oneof(
    { weight: 3, arbitrary: fc.tuple(disturbed) },
    { weight: 1, arbitrary: fc.tuple(disturbed, beside) },
  ),
  waits: fc.boolean(),
  next: method,
});

const take = (list, part) => list[Math.floor((part * list.length) / 1000)];

/** The calls after the last read, which are those that replace. */
function lateCalls(calls) {
  const first = calls.findLastIndex(({ call }) => call === "pread64" || call === "llistxattr") + 1;
  return calls.slice(first);
}

/** The system calls of a run. Those that change the tree are listed three times, as they are the rarer ones. */
function kindsIn(calls) {
  const kinds = [...new Set(calls.map(({ call }) => call))];
  return kinds.flatMap((call) =>
    /^(?:link|rename|unlink)/.test(call) ? [call, call, call] : [call],
  );
}

/** Turns planned faults into expressions for strace, based on the calls of an undisturbed run. One fault per system call. */
export function injectionsFor(planned, calls) {
  const injections = new Map();
  for (const { what, kind, at, errno, late, often } of planned) {
    const among = (late ? lateCalls(calls) : calls).filter(({ call }) => !injections.has(call));
    if (among.length === 0) continue;
    const call = take(kindsIn(among), kind);
    const { count, parameters } = take(
      among.filter((other) => other.call === call),
      at,
    );
    const when = whenOf(call, count, what === "error" ? often : "once");
    const isSignal = what !== "error" && what !== "delay";
    const effect =
      what === "delay"
        ? `delay_enter=${5000 + 20 * errno}`
        : isSignal
          ? `signal=${what}`
          : `error=${take(Object.keys(ERRORS[call]), errno)}`;
    const expression = `${call}:${effect}:when=${when}`;
    injections.set(call, { call, expression, parameters, signal: isSignal ? what : undefined });
  }
  return [...injections.values()];
}

function whenOf(call, count, often) {
  if (often === "twice") return `${count}..${count + 1}`;
  // Node itself needs fcntl.
  if (often === "once" || call === "fcntl") return `${count}`;
  return often === "always" ? `${count}+` : `${count}+2`;
}

export function describeFault({ expression, parameters }) {
  return `${expression} (${parameters})`;
}
