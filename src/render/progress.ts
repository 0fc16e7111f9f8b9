import type { Event, Listener } from "../core/events.ts";
import { count } from "./numbers.ts";
import { renderWait } from "./messages.ts";

const LABELS: Record<Exclude<Event["type"], "wait">, string> = {
  walk: "searching",
  match: "comparing",
  replace: "linking",
};
/** How often the line is redrawn, per second. */
const FPS = 10;

export interface Progress {
  readonly onEvent: Listener;
  /** Removes the line. */
  stop(): void;
}

/** Shows a line with the progress of the run. Loads cli-progress, which runs without progress do not need. */
export async function showProgress(stream: NodeJS.WriteStream): Promise<Progress> {
  const { default: library } = await import("cli-progress");
  const bar = new library.SingleBar({
    stream,
    fps: FPS,
    clearOnComplete: true,
    hideCursor: null,
    barsize: 24,
    format: "{label} {bar} {amount}",
    barCompleteChar: "=",
    barIncompleteChar: " ",
    etaBuffer: 1,
  });
  const start = (): void => bar.start(1, 0, { label: LABELS.walk, amount: "" });
  start();
  return {
    onEvent(event) {
      if (event.type === "wait") {
        bar.stop();
        stream.write(`${renderWait(event)}\n`);
        start();
        return;
      }
      const label = LABELS[event.type].padEnd(9);
      if (event.type === "walk") {
        bar.update(0, {
          label,
          amount: `${count(event.dirs)} directories, ${count(event.files)} files`,
        });
      } else {
        bar.setTotal(event.total);
        bar.update(event.done, {
          label,
          amount: `${Math.floor((100 * event.done) / event.total)} %`,
        });
      }
    },
    stop: () => bar.stop(),
  };
}
