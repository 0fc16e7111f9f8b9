import { checkouts } from "../real-source.mjs";

export default checkouts({
  name: "zlib, two checkouts, make install",
  source: "zlib",
  marked: "adler32.c",
  unpacked: ['./configure --prefix="$PWD/../stage" >/dev/null'],
  tools: ["make", "gcc", "ar", "ranlib"],
  wrapped: ["gcc", "ar"],
  make: (dir) => [
    `make -s -C ${dir} >/dev/null`,
    `make -s -C ${dir} install prefix="$PWD/stage/${dir}" >/dev/null`,
  ],
  outputs: ["a", "b", "stage"],
  ignored: /\.(log|pc)$|Makefile$/,
});
