/** The sources of a project: templates whose marks are filled in anew when a source is to change. */
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The marks: `@SHARED@` matters to all variants, `@OWN@` to one, `@NOTE@` stands in a comment and changes
 * no output. OWN goes to and fro between two values, so that outputs part and become equal again.
 */
export function makeSources(tree, { files, sourceTime }) {
  const marks = { SHARED: 1, OWN: 7, NOTE: 1 };
  let edits = 0;

  return {
    write() {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(tree, path)), { recursive: true });
        write(path, text);
      }
    },
    /** Changes every file with that mark. */
    change(lockShared) {
      pause(); // longer than a tick of the file system's clock: what is newer must look newer
      marks[lockShared] = lockShared === "OWN" ? 19 - marks.OWN : marks[lockShared] + 1;
      edits += 1;
      for (const [path, text] of Object.entries(files)) {
        if (text.includes(`@${lockShared}@`)) write(path, text);
      }
      pause();
    },
  };

  function write(path, text) {
    const file = join(tree, path);
    writeFileSync(
      file,
      text.replace(/@(SHARED|OWN|NOTE)@/g, (_, lockShared) => `${marks[lockShared]}`),
    );
    if (sourceTime !== undefined) utimesSync(file, sourceTime + edits, sourceTime + edits);
  }
}

function pause() {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
}
