/** Bytecode at three levels beside its sources; what is equal at two levels is linked. */
export default {
  name: "python -m compileall, three levels",
  tools: ["python3"],
  wrapped: ["python3"],
  sourceTime: 1_600_000_000, // bytecode holds its source's time
  files: {
    "pkg/__init__.py": "",
    "pkg/plain.py": "def plain(x):\n    return x + @SHARED@  # @NOTE@\n",
    "pkg/checked.py": "def checked(x):\n    assert x == @OWN@\n    return x\n",
    "pkg/told.py": 'def told(x):\n    "What it does."\n    return x\n',
  },
  variants: ["0", "1", "2"],
  first: "0",
  build: (variant) => [`python3 -m compileall -o ${variant} pkg`],
  outputs: ["pkg"],
  steps: (said) => said.split("\n").filter((line) => line.startsWith("Compiling")),
  stop: 1,
};
