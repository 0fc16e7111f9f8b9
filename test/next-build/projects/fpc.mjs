import { builtByMake } from "../makefile.mjs";

/** Free Pascal writes into existing objects and units. */
export default {
  ...builtByMake(["debug", "release"]),
  name: "make, fpc",
  tools: ["make", "fpc"],
  wrapped: ["fpc"],
  files: {
    "src/shared.pas": unit("shared", "@SHARED@", "@NOTE@"),
    "debug/tuned.pas": unit("tuned", "@OWN@", "0"),
    "release/tuned.pas": unit("tuned", "7", "0"),
    "src/app.pas": "program app; uses shared, tuned; begin halt(shared_f + tuned_f) end.\n",
    Makefile: `B := build/$V
all: $B/app
$B/app: src/app.pas src/shared.pas $V/tuned.pas
	@mkdir -p $B
	fpc -B -v0 -Fusrc -Fu$V -FU$B -o$@ src/app.pas
`,
  },
  ignored: /\.ppu$/, // contains the time of its source
  // Objects are no targets of a rule: they are made again with the program only.
  rebuild: { "make -B, or fpc -B": (variant) => [`make -B V=${variant}`] },
  stop: 1,
  careless: true,
  inPlace: true,
};

function unit(name, value, note) {
  return `unit ${name}; interface function ${name}_f: integer; { ${note} }
implementation function ${name}_f: integer; begin ${name}_f := ${value} end; end.
`;
}
