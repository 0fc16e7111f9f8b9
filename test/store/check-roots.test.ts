import { describe, expect, test } from "vitest";
import { mountOf, parseMounts } from "../../src/store/check-roots.ts";

const MOUNTS = parseMounts(
  [
    "21 1 8:1 / / rw - ext4 /dev/sda1 rw",
    "30 21 8:1 /src /work\\040space rw - ext4 /dev/sda1 rw",
    "31 21 8:1 /a /cache rw - ext4 /dev/sda1 rw",
    "32 31 8:2 / /cache rw - ext4 /dev/sdb rw",
    "",
  ].join("\n"),
);

describe("mountOf", () => {
  test.each([
    ["/", "21"],
    ["/cachet/x", "21"],
    ["/work space", "30"],
    ["/work space/build", "30"],
    ["/cache/store", "32"],
  ])("%s is reached through mount %s", (path, id) => {
    expect(mountOf(MOUNTS, path)).toBe(id);
  });

  test("is not known where the system does not tell the mounts", () => {
    expect(mountOf([], "/cache")).toBeUndefined();
  });
});
