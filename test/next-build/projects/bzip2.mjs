import { checkouts } from "../real-source.mjs";

/** Its install rule copies with `cp -f`, into a directory that the command line names. */
export default checkouts({
  name: "bzip2, two checkouts, make install PREFIX=…",
  source: "bzip2",
  marked: "compress.c",
  tools: ["make", "gcc", "ar", "ranlib"],
  wrapped: ["gcc", "ar"],
  make: (dir) => [
    `make -s -C ${dir} libbz2.a bzip2 bzip2recover`,
    `make -s -C ${dir} install PREFIX="$PWD/stage/${dir}" >/dev/null`,
  ],
  outputs: ["a", "b", "stage"],
  inPlace: true,
});
