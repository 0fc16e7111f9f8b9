import { median } from "./statistics.mjs";
import { number, ratio, table } from "./table.mjs";

/** @typedef {import("./measure.mjs").Stopwatch} Stopwatch */

/**
 * Runs commands in turn, once to warm up and then `runs` times.
 * @param {Stopwatch} stopwatch
 * @param {Record<string, string[]>} commands The first one is the reference.
 * @param {{ runs: number, signal: AbortSignal, prepare?: () => void, highestExitCode?: number }} how `prepare` is called
 *   before each command; a higher exit code than `highestExitCode` (0) is a failure.
 * @returns {Promise<string>} a table of the medians
 */
export async function compareCommands(stopwatch, commands, how) {
  const { runs: count, signal, prepare, highestExitCode = 0 } = how;
  const names = Object.keys(commands);
  const runs = Object.fromEntries(
    names.map((name) => [name, /** @type {import("./measure.mjs").Measurement[]} */ ([])]),
  );
  for (let run = -1; run < count; run += 1) {
    for (const name of names) {
      prepare?.();
      const result = await stopwatch.measure(commands[name], { timeout: 300, signal });
      if (result.exitCode > highestExitCode)
        throw new Error(`${name}: exit code ${result.exitCode}`);
      if (run >= 0) runs[name].push(result);
    }
  }
  const figures = names.map((name) => ({
    name,
    wall: median(runs[name].map(({ wallSeconds }) => wallSeconds)),
    cpu: median(runs[name].map(({ userSeconds, systemSeconds }) => userSeconds + systemSeconds)),
    peak: median(runs[name].map(({ peakKilobytes }) => peakKilobytes)),
  }));
  const [reference] = figures;
  return table(
    ["", "wall s", "cpu s", "peak MB", "× wall", "× cpu"],
    figures.map(({ name, wall, cpu, peak }) => [
      name,
      number(wall),
      number(cpu),
      number((peak * 1024) / 1e6),
      ratio(wall / reference.wall),
      ratio(cpu / reference.cpu),
    ]),
  );
}
