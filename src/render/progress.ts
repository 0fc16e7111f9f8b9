import type { Event, Listener } from "../core/events.ts";
import { count } from "./numbers.ts";
import { renderWait } from "./wait.ts";

const LABELS: Record<Exclude<Event["type"], "wait">, string> = {
  walk: "looking",
  match: "comparing",
  replace: "linking",
};
/** Times a second that the line is drawn anew. */
const FPS = 10;

export interface Progress {
  readonly onEvent: Listener;
  /** Takes the line away. */
  stop(): void;
}

/** One line on a terminal that tells how far the work is; the library behind it is loaded only here. */
export async function showProgress(stream: NodeJS.WriteStream): Promise<Progress> {
  const { default: library } = await import("cli-progress");
  const bar = new library.SingleBar({
    stream,
    fps: FPS,
    clearOnComplete: true,
    hideCursor: null,
    barsize: 24,
    format: "{label} {bar} {told}",
    barCompleteChar: "=",
    barIncompleteChar: " ",
    etaBuffer: 1,
  });
  const start = (): void => bar.start(1, 0, { label: LABELS.walk, told: "" });
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
          told: `${count(event.dirs)} directories, ${count(event.files)} files`,
        });
      } else {
        bar.setTotal(event.total);
        bar.update(event.done, {
          label,
          told: `${Math.floor((100 * event.done) / event.total)} %`,
        });
      }
    },
    stop: () => bar.stop(),
  };
}
