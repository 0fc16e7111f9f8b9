import { builtByMake } from "../makefile.mjs";

/** nasm writes into the existing object. */
export default {
  ...builtByMake(["debug", "release"]),
  name: "make, nasm",
  tools: ["make", "nasm", "gcc"],
  wrapped: ["nasm", "gcc"],
  files: {
    "unit.asm":
      "bits 64\n%include CONFIG\nsection .text\nglobal unit\nunit: mov eax, NUMBER + @SHARED@ ; @NOTE@\n ret\n",
    "debug.inc": "%define NUMBER @OWN@\n",
    "release.inc": "%define NUMBER 7\n",
    "main.c": "int unit(void);\nint main(void) { return unit(); }\n",
    Makefile: `B := build/$V
all: $B/app
$B/app: $B/main.o $B/unit.o
	gcc -z noexecstack $^ -o $@
$B/main.o: main.c
	@mkdir -p $B
	gcc -c $< -o $@
$B/unit.o: unit.asm $V.inc
	@mkdir -p $B
	nasm -f elf64 -DCONFIG='"$V.inc"' $< -o $@
`,
  },
  stop: 4,
  careless: true,
  inPlace: true,
};
