/** Bytecode at three levels, beside the sources; files that are identical at two levels are linked. */
export default {
  name: "python -m compileall, three levels",
  tools: ["python3"],
  wrapped: ["python3"],
  sourceTime: 1_600_000_000, // bytecode records the time of its source
  files: {
    "pkg/__init__.py": "",
    "pkg/plain.py": "def plain(x):\n    return x + @SHARED@  # @NOTE@\n",
    "pkg/checked.py": "def checked(x):\n    assert x == @OWN@\n    return x\n",
    "pkg/documented.py": 'def documented(x):\n    "What it does."\n    return x\n',
  },
  variants: ["0", "1", "2"],
  first: "0",
  build: (variant) => [`python3 -m compileall -o ${variant} pkg`],
  outputs: ["pkg"],
  steps: (output) => output.split("\n").filter((line) => line.startsWith("Compiling")),
  stop: 1,
};
