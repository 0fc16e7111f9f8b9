/** Random faults: which calls of a run fail, are late, or bring a signal. */
import fc from "fast-check";
import { ERRORS } from "./traced.mjs";

/** Shares of a whole, so that a plan means the like in a smaller tree. */
const share = fc.integer({ min: 0, max: 999 });

const fault = fc.record({
  /** What goes wrong; `error` takes its errno from those that the call can give. */
  what: fc.oneof(
    { weight: 7, arbitrary: fc.constant("error") },
    { weight: 2, arbitrary: fc.constant("KILL") },
    { weight: 1, arbitrary: fc.constantFrom("TERM", "INT", "delay") },
  ),
  /** The system call, among those of the phase; and which one of its calls. */
  kind: share,
  at: share,
  errno: share,
  /** Only from the first replacement on, or in the whole run. */
  late: fc.oneof(
    { weight: 3, arbitrary: fc.constant(true) },
    { weight: 1, arbitrary: fc.constant(false) },
  ),
  /** Once, twice in a row, from then on, every second time. */
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

/** One run, or two at once, that wait for each other where they can or not; and the way of the run that comes after. */
export const plans = fc.record({
  runs: fc.oneof(
    { weight: 3, arbitrary: fc.tuple(disturbed) },
    { weight: 1, arbitrary: fc.tuple(disturbed, beside) },
  ),
  waits: fc.boolean(),
  next: method,
});

const take = (list, part) => list[Math.floor((part * list.length) / 1000)];

/** Replacing comes after the last read. */
function lateCalls(calls) {
  const first = calls.findLastIndex(({ call }) => call === "pread64" || call === "llistxattr") + 1;
  return calls.slice(first);
}

/** The system calls of a run; those that change the tree three times, as they are few among those that look. */
function kindsIn(calls) {
  const kinds = [...new Set(calls.map(({ call }) => call))];
  return kinds.flatMap((call) =>
    /^(?:link|rename|unlink)/.test(call) ? [call, call, call] : [call],
  );
}

/** The faults as strace's expressions, placed among the calls of an undisturbed run; one for each system call. */
export function injectionsFor(planned, calls) {
  const injections = new Map();
  for (const { what, kind, at, errno, late, often } of planned) {
    const among = (late ? lateCalls(calls) : calls).filter(({ call }) => !injections.has(call));
    if (among.length === 0) continue;
    const call = take(kindsIn(among), kind);
    const { count, told } = take(
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
    injections.set(call, { call, expression, told, signal: isSignal ? what : undefined });
  }
  return [...injections.values()];
}

function whenOf(call, count, often) {
  if (often === "twice") return `${count}..${count + 1}`;
  // Node itself cannot do without fcntl.
  if (often === "once" || call === "fcntl") return `${count}`;
  return often === "always" ? `${count}+` : `${count}+2`;
}

export function describeFault({ expression, told }) {
  return `${expression} (${told})`;
}
