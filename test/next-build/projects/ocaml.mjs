import { builtByMake } from "../makefile.mjs";

/** ocamlopt replaces .o and .cmi files, but writes into an existing .cmx file. */
export default {
  ...builtByMake(["debug", "release"]),
  name: "make, ocamlopt",
  tools: ["make", "ocamlopt", "gcc"],
  wrapped: ["ocamlopt"],
  files: {
    "same.ml": "let same x = x + @SHARED@ (* @NOTE@ *)\n",
    "debug.txt": "let tune = @OWN@\n",
    "release.txt": "let tune = 7\n",
    "main.ml": "let () = exit (Same.same Tune.tune)\n",
    Makefile: `B := build/$V
all: $B/app
$B/app: $B/same.cmx $B/tune.cmx $B/main.cmx
	ocamlopt -I $B $^ -o $@
$B/main.cmx: $B/same.cmx $B/tune.cmx
$B/%.ml: %.ml
	@mkdir -p $B
	cp $< $@
$B/tune.ml: $V.txt
	@mkdir -p $B
	cp $< $@
$B/%.cmx: $B/%.ml
	cd $B && ocamlopt -c $*.ml
.PRECIOUS: $B/%.ml
`,
  },
  stop: 3,
  careless: true,
};
