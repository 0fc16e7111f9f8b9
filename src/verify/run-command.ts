import type { AbortSignalLike } from "../core/events.ts";
import { LOCK_HELD } from "../lock/dir-locks.ts";

/** What a command came to. */
export interface Ran {
  /** 128 + signal where it was killed, as a shell says it. */
  readonly code: number;
  /** Standard output and standard error, the first megabytes. */
  readonly output: string;
  /** Ended by us, as the run was told to stop. */
  readonly stopped: boolean;
}

const MOST_OUTPUT = 4 * 1024 * 1024;
/** A run inside a make recipe must not hand the outer make's flags and jobs on. */
const NOT_HANDED_ON = ["MAKEFLAGS", "MFLAGS", "MAKELEVEL"];
const NO_SHELL = 127;

/** Runs a command through the shell, in the current directory, without input. */
export async function runCommand(
  command: string,
  signal: AbortSignalLike | undefined,
): Promise<Ran> {
  if (signal?.aborted) return { code: 1, output: "", stopped: true };
  // Loaded here: it takes 5 ms, which the runs that verify nothing need not pay.
  const { spawn } = await import("node:child_process");
  // Tools translate what they say; LANGUAGE leaves the encoding alone.
  const env: NodeJS.ProcessEnv = { ...process.env, LANGUAGE: "en", [LOCK_HELD]: "1" };
  for (const name of NOT_HANDED_ON) delete env[name];
  return new Promise((resolve) => {
    const child = spawn(command, {
      shell: true,
      detached: true,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const pieces: Buffer[] = [];
    let length = 0;
    const take = (piece: Buffer): void => {
      if (length < MOST_OUTPUT) pieces.push(piece);
      length += piece.length;
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    // In a group of its own, so that whatever the shell started ends too.
    const stop = (): void => {
      if (child.pid !== undefined) endGroup(child.pid);
    };
    signal?.addEventListener("abort", stop);
    const finish = (code: number, more = ""): void => {
      signal?.removeEventListener("abort", stop);
      resolve({
        code,
        output: Buffer.concat(pieces).toString("utf8") + more,
        stopped: signal?.aborted ?? false,
      });
    };
    child.on("error", (error) => finish(NO_SHELL, error.message));
    child.on("close", (code) => finish(code ?? 128));
  });
}

function endGroup(pid: number): void {
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGTERM");
  } catch {
    // It has ended by itself.
  }
}
