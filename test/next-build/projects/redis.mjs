import { checkouts } from "../real-source.mjs";

export default checkouts({
  name: "redis, two checkouts, make install PREFIX=…",
  source: "redis",
  marked: "src/crc16.c",
  tools: ["make", "gcc", "ar", "install"],
  wrapped: ["gcc", "ar"],
  make: (dir) => [
    `make -s -C ${dir} MALLOC=libc OPTIMIZATION=-O0 DEBUG= V=1 >/dev/null 2>&1`,
    `make -s -C ${dir} install MALLOC=libc OPTIMIZATION=-O0 DEBUG= PREFIX="$PWD/stage/${dir}" >/dev/null 2>&1`,
  ],
  outputs: ["a", "b", "stage"],
  ignored: /release\.[ho]$|\.make-|\.d$/, // contain the time of the build
  env: { SOURCE_DATE_EPOCH: "1600000000" }, // else the programs contain the time of the build
  slow: true,
});
