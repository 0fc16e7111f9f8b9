import { translated } from "../one-tool.mjs";

/** `go tool compile` writes into the existing object. */
export default translated({
  name: "make, go tool compile",
  tools: ["go"],
  env: { GOTOOLCHAIN: "local" },
  from: ".go",
  to: ".o",
  source: (name, value, note) =>
    `package unit // ${note}\n\nfunc ${name}() int { return ${value} }\n`,
  recipe: 'go tool compile -trimpath "$(CURDIR)" -p unit -o $@ $<',
});
