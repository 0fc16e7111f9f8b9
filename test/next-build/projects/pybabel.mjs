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
"Project-Id-Version: 1\\n"
"Report-Msgid-Bugs-To: nobody\\n"
"POT-Creation-Date: 2024-01-01 00:00+0000\\n"
"PO-Revision-Date: 2024-01-01 00:00+0000\\n"
"Last-Translator: nobody\\n"
"Language-Team: de\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

msgid "${name}"
msgstr "Wert ${value}"
`;
}
