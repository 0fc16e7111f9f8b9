import type {
  StoreStatusReport,
  StoreTrimReport,
  StoreVerifyReport,
} from "../../core/store-reports.ts";
import { bytes, count, plural } from "../numbers.ts";
import { printable } from "../printable.ts";
import { alignColumns } from "../table.ts";
import { timeAgo } from "../time-ago.ts";

/** @param now Milliseconds since 1970. */
export function* renderStatus(report: StoreStatusReport, now: number): Generator<string> {
  const { entries, links, unused, trimmable, lastTrim } = report;
  yield `${printable(report.path)} (format ${report.format})`;
  yield "";
  yield* alignColumns(
    [
      [
        "entries",
        count(entries),
        `${bytes(report.bytes)}, ${bytes(report.allocatedBytes)} on the disk`,
      ],
      ["links in trees", count(links), `${bytes(report.sharedBytes)} shared`],
      ["unused", count(unused), bytes(report.unusedBytes)],
      ["a trim removes", count(trimmable), bytes(report.trimmableBytes)],
      ["last trim", "", lastTrim === undefined ? "never" : timeAgo(now - lastTrim)],
    ],
    [0, 2],
  );
  if (report.interrupted) yield "Interrupted: the figures are partial.";
}

export function* renderTrim(report: StoreTrimReport): Generator<string> {
  const { dryRun, removed, removedBytes, kept, interrupted, seconds } = report;
  const [done, freed] = dryRun ? ["to remove", "to free"] : ["removed", "freed"];
  const figures = `${plural(removed, "entry", "entries")} ${done}, ${bytes(removedBytes)} ${freed}`;
  const line = `${figures}, ${count(kept)} kept, ${seconds.toFixed(2)} s`;
  yield interrupted ? `Interrupted: ${line} (partial)` : line;
}

export function* renderVerify(report: StoreVerifyReport): Generator<string> {
  const { sound, damaged, bytesRead, interrupted, seconds } = report;
  const figures = `${plural(sound, "entry", "entries")} sound, ${count(damaged.length)} damaged`;
  const line = `${figures}, ${bytes(bytesRead)} read, ${seconds.toFixed(2)} s`;
  yield interrupted ? `Interrupted: ${line} (partial)` : line;
}
