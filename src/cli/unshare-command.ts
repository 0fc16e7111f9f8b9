import type { Command } from "commander";
import {
  type SharedFlags,
  addFileOptions,
  addJobsOption,
  addJsonOptions,
  addOutputOptions,
} from "./option-groups.ts";

/** The flags of `dedupe unshare` as typed. */
export type UnshareFlags = SharedFlags;

/** `dedupe unshare`: its options and help. */
export function addUnshareCommand(program: Command): Command {
  const command = program
    .command("unshare")
    .usage("[options] <path...>")
    .summary("give every linked artifact its own file again")
    .description(
      "Gives every artifact that shares its stored file with another name a file of its own again: before a " +
        "build step that writes in place, or to repair a tree that was linked. Mode, owner, times and extended " +
        "attributes stay. What --protect made read-only can be written to again.",
    )
    .argument("[path...]", "directories to walk, and files")
    .optionsGroup("What to do:")
    .option("-n, --dry-run", "say exactly what it would do, and change nothing");
  addFileOptions(command.optionsGroup("Which files:"), "any");
  addJobsOption(command.optionsGroup("How:"));
  addJsonOptions(command.optionsGroup("What to print:"));
  return addOutputOptions(command, "print every name and what became of it")
    .helpOption("-h, --help", "print this help, and exit")
    .addHelpText(
      "after",
      `
Where all names of a file are below the paths, the first one keeps it. The others
get a clone where the file system can (btrfs, XFS), else a copy. It is looked at
before whether the copies fit on the disk.

Exit codes:
  0     it ran to its end and nothing failed
  2     the command line is wrong, or a path does not exist; nothing was changed
  3     it ran to its end, but some files could not be read or copied; or there is
        not enough room on the disk: nothing was changed then
  130   interrupted (SIGINT); 143: terminated (SIGTERM)

Examples:
  dedupe unshare build/                     before a step that writes in place
  dedupe unshare -k static-library build/   before ar adds to the archives
  dedupe unshare -n -a tree/                what another tool has linked`,
    );
}
