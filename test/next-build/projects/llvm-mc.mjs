import { translated } from "../one-tool.mjs";

/** llvm-mc writes into the existing object. */
export default translated({
  name: "make, llvm-mc",
  tools: ["llvm-mc"],
  from: ".s",
  to: ".o",
  source: (name, value, note) => `.globl ${name}\n${name}: mov $${value}, %eax # ${note}\nret\n`,
  recipe: "llvm-mc -filetype=obj -o $@ $<",
});
