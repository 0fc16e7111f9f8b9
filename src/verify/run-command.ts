import type { ChildProcess } from "node:child_process";
import type { AbortSignalLike } from "../core/events.ts";
import { LOCK_HELD } from "../lock/dir-locks.ts";

/** The result of a command. */
export interface CommandResult {
  /** The exit code; 128 plus the signal's number if a signal ended the command, as in a shell. */
  readonly code: number;
  /** Standard output and standard error, the first megabytes. */
  readonly output: string;
  /** The run was told to stop, which ended the command. */
  readonly stopped: boolean;
}

const MAX_OUTPUT = 4 * 1024 * 1024;
/** Variables of an enclosing make, whose flags and jobs the command must not inherit. */
const NOT_INHERITED = ["MAKEFLAGS", "MFLAGS", "MAKELEVEL"];
const NO_SHELL = 127;
/** Milliseconds, after the shell has exited, for output that is still in the pipes. */
const DRAIN = 100;
/** Milliseconds between SIGTERM and SIGKILL. */
const GRACE = 2000;

/**
 * Runs a command through the shell, in the current directory, without input. The command ends when the shell
 * exits: processes that it has left in the background are terminated, and do not keep the run waiting.
 */
export async function runCommand(
  command: string,
  signal: AbortSignalLike | undefined,
): Promise<CommandResult> {
  if (signal?.aborted) return { code: 1, output: "", stopped: true };
  // Loading the module takes 5 ms, which runs without --verify do not pay.
  const { spawn } = await import("node:child_process");
  // LANGUAGE turns off translated messages and leaves the encoding alone.
  const env: NodeJS.ProcessEnv = { ...process.env, LANGUAGE: "en", [LOCK_HELD]: "1" };
  for (const name of NOT_INHERITED) delete env[name];
  return new Promise((resolve) => {
    // In a process group of its own, which is terminated as a whole.
    const child = spawn(command, {
      shell: true,
      detached: true,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const chunks: Buffer[] = [];
    let length = 0;
    const collect = (chunk: Buffer): void => {
      if (length < MAX_OUTPUT) chunks.push(chunk);
      length += chunk.length;
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    let kill: NodeJS.Timeout | undefined;
    const stop = (): void => {
      signalGroup(child, "SIGTERM");
      kill ??= setTimeout(() => signalGroup(child, "SIGKILL"), GRACE);
    };
    signal?.addEventListener("abort", stop);
    let finished = false;
    const finish = (code: number, message = ""): void => {
      if (finished) return;
      finished = true;
      signal?.removeEventListener("abort", stop);
      clearTimeout(kill);
      signalGroup(child, "SIGKILL");
      child.stdout.destroy();
      child.stderr.destroy();
      const output = Buffer.concat(chunks).toString("utf8") + message;
      resolve({ code, output, stopped: signal?.aborted ?? false });
    };
    child.on("error", (error) => finish(NO_SHELL, error.message));
    child.on("close", (code) => finish(code ?? 128));
    child.on("exit", (code) => {
      // Background processes may hold the pipes open: SIGTERM now, and no longer wait than for what is in them.
      signalGroup(child, "SIGTERM");
      setTimeout(() => finish(code ?? 128), DRAIN);
    });
  });
}

function signalGroup({ pid }: ChildProcess, signal: "SIGTERM" | "SIGKILL"): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch {
    // No process of the group is left.
  }
}
