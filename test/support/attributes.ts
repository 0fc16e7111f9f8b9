/** Sets and lists extended attributes with Python, independently of the calls under test. */
import { execFileSync, spawnSync } from "node:child_process";

const python = (code: string, ...args: string[]): string =>
  execFileSync("python3", ["-c", `import os, sys\n${code}`, ...args], { encoding: "utf8" });

/** Whether attributes can be set and listed: requires Python on Linux. */
export const hasAttributes =
  spawnSync("python3", ["-c", "import os; os.setxattr"], { stdio: "ignore" }).status === 0;

/** Sets the attribute `name` of the file, as `setfattr` does. */
export function setAttribute(path: string, name: string, value: string): void {
  python("os.setxattr(sys.argv[1], sys.argv[2], os.fsencode(sys.argv[3]))", path, name, value);
}

/** The attributes of the file that the caller may read, as `name=hex`, sorted. */
export function attributesOf(path: string): string[] {
  const code =
    "for n in sorted(os.listxattr(sys.argv[1])): print(n + '=' + os.getxattr(sys.argv[1], n).hex())";
  return python(code, path).split("\n").filter(Boolean);
}
