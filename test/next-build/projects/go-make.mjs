import go from "./go.mjs";

/** Two checkouts of one program, a/ and b/. `header` is at the top of their Makefiles, `target` the program. */
export function checkouts(header, target) {
  const filesOf = (dir, own) => ({
    [`${dir}/go.mod`]: "module demo\n\ngo 1.19\n",
    [`${dir}/same/same.go`]: go.files["same/same.go"],
    [`${dir}/tune.go`]: `package main\n\nconst tune = ${own}\n`,
    [`${dir}/main.go`]: go.files["main.go"],
    [`${dir}/none/main.go`]: go.files["none/main.go"],
    [`${dir}/Makefile`]: `${header}${target(dir)}: go.mod main.go tune.go same/same.go\n\tgo build -trimpath -x -o $@ .\n`,
  });
  return {
    ...go,
    tools: ["go", "make"],
    files: { ...filesOf("a", "7"), ...filesOf("b", "@OWN@") },
    setup: [
      `test -d "$CACHE/go-trimmed" || (cd a && GOCACHE="$CACHE/go-trimmed" go build -trimpath -o ../none ./none)`,
      `cp -r "$CACHE/go-trimmed" ../gocache; rm -f none`,
    ],
    variants: ["a", "b"],
    first: "a",
    own: "b",
    build: (dir) => [`GOCACHE="$PWD/../gocache" make -C ${dir}`],
  };
}

/** go touches a program that is up to date: linked, that of the other checkout would look newer than its sources, too. */
export default {
  ...checkouts("", (dir) => `../out/${dir}/app`),
  name: "make, go build, two checkouts",
  outputs: ["out"],
  careless: true,
};
