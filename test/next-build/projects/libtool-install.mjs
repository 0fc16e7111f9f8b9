import libtool from "./libtool.mjs";

/** `libtool --mode=install cp` writes into the existing copy. */
export default {
  ...libtool,
  name: "make, libtool --mode=install cp",
  files: {
    ...libtool.files,
    Makefile: libtool.files.Makefile.replace(
      "all: $B/libdemo.la\n",
      `all: install
PREFIX = $(CURDIR)/stage/$V
install: $B/libdemo.la
	@mkdir -p $(PREFIX)
	libtool --quiet --mode=install cp $B/libdemo.la $(PREFIX)/libdemo.la
`,
    ).replace("-rpath /usr/lib", "-rpath $(PREFIX)"),
  },
  outputs: ["build", "stage"],
  ignored: /\.(la|lo)$/,
  idle: undefined,
  careless: true,
  inPlace: true,
};
