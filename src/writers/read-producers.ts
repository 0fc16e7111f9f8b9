import { KINDS } from "../artifacts/kinds.ts";
import type { FileTable } from "../core/file-table.ts";
import { type Errno, isErrno } from "../core/result.ts";
import type { ByteSource } from "../formats/byte-source.ts";
import { type FileCalls, readFully } from "../fs/file-calls.ts";
import { tableOf } from "../workers/shared-table.ts";
import { ThreadSlot, defineTask } from "../workers/task.ts";
import { type Producer, producerOf } from "./producers.ts";

/** Small files are read at once, of others the pieces that are needed. */
const WINDOW = 32 * 1024;
const BUFFER = new ThreadSlot<Buffer>();

interface ProducerInput {
  readonly rows: Uint32Array;
  /** Parallel to the rows; the table of a worker thread does not know what the contents revealed. */
  readonly kinds: Uint8Array;
}

/** Why a file could not be read. An `Errno` itself does not survive the way between threads. */
export interface Unreadable {
  readonly failure: string;
}

/** Reads which tools some files name as their producers; undefined for a file that names none. */
export const readProducersTask = defineTask(
  "readProducers",
  ({ rows, kinds }: ProducerInput, thread): (Producer | Unreadable | undefined)[] => {
    const files = tableOf(thread);
    const buffer = thread.getOrCreate(BUFFER, () => Buffer.allocUnsafe(WINDOW));
    return Array.from(rows, (row, i) => {
      if (thread.stopped()) return undefined;
      return readProducer(files, row, KINDS[kinds[i]].name, thread.fileCalls, buffer);
    });
  },
);

function readProducer(
  files: FileTable,
  row: number,
  kind: string,
  calls: FileCalls,
  buffer: Buffer,
): Producer | Unreadable | undefined {
  const { size } = files.columns;
  const descriptor = calls.open(undefined, files.path(row));
  if (isErrno(descriptor)) return { failure: descriptor.code };
  try {
    const source = openSource(calls, descriptor, size[row], buffer);
    const producer = producerOf(kind, source);
    const failure = source.failure();
    return failure === undefined ? producer : { failure: failure.code };
  } finally {
    calls.close(descriptor);
  }
}

interface FileSource extends ByteSource {
  /** Why a read failed; undefined while none has. */
  failure(): Errno | undefined;
}

/** Reads a file in windows, of which the last one is kept. */
function openSource(calls: FileCalls, fd: number, size: number, buffer: Buffer): FileSource {
  let window: Uint8Array = buffer.subarray(0, 0);
  let start = 0;
  let failure: Errno | undefined;
  return {
    size,
    failure: () => failure,
    read(at, length) {
      if (!Number.isSafeInteger(at) || at < 0 || at >= size || length <= 0)
        return window.subarray(0, 0);
      const end = Math.min(at + length, size);
      if (at < start || end > start + window.length) {
        const into = end - at > WINDOW ? Buffer.allocUnsafe(end - at) : buffer;
        // An ELF file has its sections' table and names at its end.
        start = Math.max(0, Math.min(at, size - WINDOW));
        const wanted = Math.min(Math.max(WINDOW, end - start), size - start);
        const got = readFully(calls, fd, into, wanted, start);
        if (isErrno(got)) failure = got;
        window = into.subarray(0, isErrno(got) ? 0 : got);
      }
      return window.subarray(at - start, end - start);
    },
  };
}
