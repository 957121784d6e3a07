import { closeSync, constants, openSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { makeRaw, PtyError, type SetupProgram, UNLOCKERS, unlockSlave } from "./pty-setup.ts";

const MISSING: SetupProgram = { command: "no-such-program-here", args: [] };
const FAILING: SetupProgram = { command: "sh", args: ["-c", "echo not today >&2; exit 3"] };
const WORKING: SetupProgram = { command: "sh", args: ["-c", "exit 0"] };

function withDescriptor(act: (descriptor: number) => void): void {
  const descriptor = openSync("/dev/null", constants.O_RDWR);
  try {
    act(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

describe.skipIf(process.platform === "win32")("with a shell (Windows has none)", () => {
  test("names the programs when none of them is installed", () => {
    withDescriptor((descriptor) => {
      const other = { ...MISSING, command: "nor-this-one" };
      expect(() => unlockSlave(descriptor, [MISSING, other])).toThrow(
        "needs no-such-program-here or nor-this-one to unlock it; install it",
      );
      expect(() => makeRaw(descriptor, [MISSING])).toThrow(PtyError);
    });
  });

  test("takes the next program when one is not installed", () => {
    withDescriptor((descriptor) => {
      expect(() => unlockSlave(descriptor, [MISSING, WORKING])).not.toThrow();
    });
  });

  test("says why a program could not do it", () => {
    withDescriptor((descriptor) => {
      expect(() => unlockSlave(descriptor, [FAILING, WORKING])).toThrow(
        "sh cannot unlock it: not today",
      );
      expect(() => makeRaw(descriptor)).toThrow(/stty cannot set it up: .+/);
    });
  });
});

describe.skipIf(process.platform !== "linux")("on Linux (elsewhere there is none)", () => {
  test.each(UNLOCKERS)("$command unlocks, or is not installed", (program) => {
    const master = openSync("/dev/ptmx", constants.O_RDWR | constants.O_NOCTTY);
    try {
      // The next program stands in for one that is not installed.
      expect(() => unlockSlave(master, [program, WORKING])).not.toThrow();
    } finally {
      closeSync(master);
    }
  });

  test("what is no pseudo-terminal cannot be unlocked", () => {
    withDescriptor((descriptor) => {
      expect(() => unlockSlave(descriptor)).toThrow(/cannot unlock it: .*ioctl/i);
    });
  });
});
