/** The entry of the command line. A defect ends with its stack and a code of its own. */
import packageJson from "../../package.json" with { type: "json" };
import { main } from "./main.ts";

/** EX_SOFTWARE of sysexits.h. */
const DEFECT = 70;

main(process.argv.slice(2), packageJson.version).then(
  (code) => {
    // All is written. To end by itself takes Node some milliseconds, in which it takes its memory apart.
    process.exit(code);
  },
  (error: unknown) => {
    process.stderr.write(
      `dedupe: a defect in dedupe itself, please report it: ${(error as Error).stack ?? String(error)}\n`,
    );
    process.exitCode = DEFECT;
  },
);
