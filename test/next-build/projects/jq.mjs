import { checkouts } from "../real-source.mjs";

export default checkouts({
  name: "jq, automake, libtool, two checkouts, make install",
  source: "jq",
  marked: "src/util.c",
  unpacked: [
    "autoreconf -fi >/dev/null 2>&1",
    "./configure -q --disable-maintainer-mode --disable-docs --without-oniguruma --prefix=/usr CFLAGS=-O1 >/dev/null 2>&1",
  ],
  tools: ["make", "gcc", "ar", "autoreconf", "libtoolize"],
  wrapped: ["gcc", "ar"],
  env: { CC: "gcc" },
  make: (dir) => [
    `make -s -C ${dir} V=0 >/dev/null 2>&1`,
    `make -s -C ${dir} install DESTDIR="$PWD/stage/${dir}" >/dev/null 2>&1`,
  ],
  outputs: ["a", "b", "stage"],
  ignored: /\.(log|lo|la|pc)$|config\.|autom4te|libtool$|Makefile$/,
  slow: true,
});
