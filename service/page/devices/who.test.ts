import { describe, expect, it } from "vitest";
import { type DeviceAct, type Who, whyNot } from "./who.ts";

const ACCOUNT = "123456789012";
const who = (manages: Who["identity"]["manages"], more: Partial<Who> = {}): Who => ({
  holder: { account: ACCOUNT, id: "AIDAME" },
  identity: {
    kind: "user",
    account: ACCOUNT,
    accountName: "first",
    name: "me",
    arn: `arn:aws:iam::${ACCOUNT}:user/me`,
    manages,
  },
  isMfa: false,
  isRestricted: false,
  ...more,
});
const root = who("admin", { holder: { account: ACCOUNT, id: ACCOUNT } });
const asRoot: Who = { ...root, identity: { ...root.identity, kind: "root", name: "root" } };

const ACTS: readonly DeviceAct[] = [
  "create",
  "enable",
  "resync",
  "deactivate",
  "delete",
  "set-up-again",
];
const refused = (one: Who, owner: string | null) =>
  ACTS.flatMap((act) => {
    const why = whyNot(one, act, owner);
    return why === null ? [] : [`${act}: ${why}`];
  });
const all = (why: string) => ACTS.map((act) => `${act}: ${why}`);

describe("what one may do to a device", () => {
  it("of one's own: all, but deactivate it without a code", () => {
    expect(refused(who("self"), "AIDAME")).toEqual(["deactivate: mfa-needed"]);
    expect(refused(who("self", { isMfa: true }), "AIDAME")).toEqual([]);
    expect(refused(who("admin"), "AIDAME")).toEqual([]);
    expect(refused(asRoot, ACCOUNT)).toEqual(["deactivate: mfa-needed"]);
  });

  it("of somebody else: nothing, but as an admin", () => {
    for (const owner of ["AIDAYOU", "", null]) {
      expect(refused(who("self", { isMfa: true }), owner)).toEqual(all("not-allowed"));
      expect(refused(who("admin"), owner)).toEqual([]);
      expect(refused(asRoot, owner)).toEqual([]);
    }
  });

  it("of root: nothing but delete it when nobody holds it", () => {
    const most = all("not-allowed").filter((line) => !line.startsWith("delete"));
    expect(refused(who("admin", { isMfa: true }), ACCOUNT)).toEqual(most);
  });

  it("who manages nothing: nothing", () => {
    expect(refused(who("nobody", { isMfa: true }), "AIDAME")).toEqual(all("not-allowed"));
  });

  it("signed in without the device: repair one's own, and nothing else", () => {
    const restricted = { isRestricted: true };
    expect(refused(who("self", restricted), "AIDAME")).toEqual(["resync: session-restricted"]);
    expect(refused(who("admin", restricted), "AIDAYOU")).toEqual(all("session-restricted"));
    expect(refused({ ...asRoot, ...restricted }, ACCOUNT)).toEqual(["resync: session-restricted"]);
  });
});
