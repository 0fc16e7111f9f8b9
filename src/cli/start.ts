/** The entry of the command line. A bug ends the process with its stack trace and exit code 70. */
import packageJson from "../../package.json" with { type: "json" };
import { main } from "./main.ts";
import { restoreV8 } from "./tune-v8.ts";

/** EX_SOFTWARE of sysexits.h. */
const BUG = 70;

main(process.argv.slice(2), packageJson.version).then(
  (code) => {
    restoreV8();
    // Without this call, Node would take some milliseconds to free its memory.
    process.exit(code);
  },
  (error: unknown) => {
    process.stderr.write(
      `dedupe: a bug in dedupe, please report it: ${(error as Error).stack ?? String(error)}\n`,
    );
    process.exitCode = BUG;
  },
);
