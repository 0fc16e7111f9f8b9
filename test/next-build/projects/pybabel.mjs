import { translated } from "../one-tool.mjs";

/** pybabel writes into the existing catalogue, whereas msgfmt replaces it. */
export default translated({
  name: "make, pybabel compile",
  tools: ["pybabel"],
  from: ".po",
  to: ".mo",
  source,
  recipe: "pybabel compile -i $< -o $@",
});

export function source(name, value, note) {
  return `# ${note}
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "${name}"
msgstr "Wert ${value}"
`;
}
