import { expect, test } from "vitest";
import { hasReader } from "./webusb.ts";

test("a device that goes while it is looked at is no reader, and spoils no listing", () => {
  const going = {
    get configurations(): never {
      throw new Error("open error: device not found (errno 2)");
    },
  };
  const reader = {
    configurations: [
      { configurationValue: 1, interfaces: [{ alternates: [{ interfaceClass: 0x0b }] }] },
    ],
  };
  expect([going, reader].map(hasReader)).toEqual([false, true]);
});
