/** The sources of a project: templates with marks. Changing the value of a mark changes sources. */
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The marks: `@SHARED@` affects all variants and `@OWN@` one of them; `@NOTE@` is in a comment and affects no output.
 * OWN alternates between two values, so that outputs become different and identical again.
 */
export function makeSources(tree, { files, sourceTime, resolution = 0 }) {
  const marks = { SHARED: 1, OWN: 7, NOTE: 1 };
  let edits = 0;

  return {
    write() {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(tree, path)), { recursive: true });
        write(path, text);
      }
    },
    /** Changes all files that contain the mark. */
    change(mark) {
      pause(resolution); // longer than the resolution of file times, so that changed files are newer
      marks[mark] = mark === "OWN" ? 19 - marks.OWN : marks[mark] + 1;
      edits += 1;
      for (const [path, text] of Object.entries(files)) {
        if (text.includes(`@${mark}@`)) write(path, text);
      }
      pause(0);
    },
  };

  function write(path, text) {
    const file = join(tree, path);
    writeFileSync(
      file,
      text.replace(/@(SHARED|OWN|NOTE)@/g, (_, mark) => `${marks[mark]}`),
    );
    // Some tools consider times equal that differ by two seconds.
    const time = sourceTime + 4 * edits;
    if (sourceTime !== undefined) utimesSync(file, time, time);
  }
}

/** @param resolution Milliseconds, of a tool that compares times less exactly than file systems record them. */
function pause(resolution) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, resolution + 30);
}
