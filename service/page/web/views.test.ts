import { describe, expect, it } from "vitest";
import { hashOf, type View, viewOf } from "./views.ts";

const VIEWS: readonly View[] = [
  { name: "devices" },
  { name: "users" },
  { name: "assign", holder: null },
  { name: "assign", holder: "a.b+c@d" },
  { name: "device", serial: "arn:aws:iam::123456789012:mfa/team/alice-phone" },
  { name: "enable", serial: "s/t" },
  { name: "resync", serial: "arn:aws:iam::123456789012:mfa/a//b" },
  { name: "set-up-again", serial: "s" },
];

describe("the address of a view", () => {
  it.each(VIEWS)("leads back to it: %j", (view) => {
    expect(viewOf(hashOf(view))).toEqual(view);
  });

  it.each(["", "#", "#/", "#/nowhere", "#/device", "#/device/%E0%A4%A"])(
    "that is nobody's leads to the devices: %j",
    (hash) => {
      expect(viewOf(hash)).toEqual({ name: "devices" });
    },
  );
});
