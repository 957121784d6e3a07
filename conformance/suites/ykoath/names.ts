// LIST, DELETE and RENAME.

import { hotpParameters, totpParameters } from "../../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { ConformanceCase } from "../../case.ts";
import { patternSecret } from "../shared/secret-lengths.ts";
import { type CardAnswer, eightBytes, NAME, type OathCard, oathCase } from "./card.ts";
import { INS, join, object, objectsOf, printHex, SW, TAG, text } from "./frames.ts";

const EIGHT = totpParameters({ digits: 8 });

/** RENAME as this token says it; undefined when its version has none. */
function rename(card: OathCard, from: string, to: string | Uint8Array): Promise<CardAnswer> {
  const target = typeof to === "string" ? text(to) : to;
  const data = join(object(TAG.name, text(from)), object(TAG.name, target));
  return card.send(card.model.renameIns ?? INS.rename, 0, 0, data);
}

function skipWithoutRename(card: OathCard, skip: (reason: string) => never): void {
  if (card.model.renameIns !== undefined) return;
  skip(`version ${card.model.version.join(".")} has no RENAME`);
}

/** Cases of this section. */
export const NAME_CASES: readonly ConformanceCase[] = [
  oathCase({
    id: "list/empty",
    title: "an empty token lists nothing and says 9000",
    requirement: "LIST answers 72 for each credential.",
    section: "instructions (LIST)",
    async run(card, t) {
      const answer = await card.list();
      card.sw("LIST", answer, SW.ok);
      t.equal("its data", printHex(answer.data), "");
    },
  }),
  oathCase({
    id: "list/entries",
    title: "entries are a type and algorithm byte and the name, in the order of storage",
    requirement: "72: type and algorithm byte, then the name.",
    section: "tags",
    async run(card, t) {
      const types = [0x21, 0x11, 0x22, 0x12];
      for (const type of types) await card.written({ name: `type ${type}`, type });
      const entries = types.map((type) => object(TAG.nameList, join([type], text(`type ${type}`))));
      t.equal("LIST", printHex((await card.list()).data), printHex(join(...entries)));
    },
  }),
  oathCase({
    id: "delete/one",
    title: "DELETE takes away one credential, for good, and leaves the others",
    requirement: "DELETE: 71.",
    section: "instructions (DELETE)",
    async run(card) {
      for (const name of ["one", "two", "three"]) await card.written({ name });
      card.sw("DELETE", await card.remove("two"), SW.ok);
      const { unknownName } = card.model;
      card.sw("its code", await card.calculate("two", eightBytes(1n)), unknownName);
      card.sw("DELETE again", await card.remove("two"), unknownName);
      await card.powerCycle();
      card.sw("after a power cycle", await card.calculate("two", eightBytes(1n)), unknownName);
      for (const name of ["one", "three"]) {
        card.code(name, await card.calculate(name, eightBytes(1n)), rfc4226Secret(), EIGHT, 1n);
      }
    },
  }),
  oathCase({
    id: "delete/unknown-name",
    title: "an unknown name: DELETE, CALCULATE and RENAME say that there is none",
    requirement: "Unknown name: 6984; Nitrokey 3: 6A82.",
    section: "instructions",
    async run(card) {
      await card.written({ name: "known" });
      const { unknownName, renameIns } = card.model;
      card.sw("DELETE", await card.remove("know"), unknownName);
      card.sw("CALCULATE", await card.calculate("known2", eightBytes(1n)), unknownName);
      if (renameIns !== undefined) {
        card.sw("RENAME", await rename(card, "nobody", "somebody"), unknownName);
      }
      card.sw("DELETE without a name", await card.send(INS.delete, 0, 0), SW.wrongSyntax);
    },
  }),
  oathCase({
    id: "rename/gate",
    title: "RENAME is there from version 5.3.0 on, and 6D00 before",
    requirement: "RENAME: 5.3.0 and later; unknown INS is 6D00.",
    section: "firmware gates",
    async run(card) {
      await card.written();
      const answer = await rename(card, NAME, "renamed");
      const { renameIns } = card.model;
      card.sw("RENAME", answer, renameIns === undefined ? SW.unknownInstruction : SW.ok);
    },
  }),
  oathCase({
    id: "rename/keeps-all-else",
    title: "RENAME changes the name alone: the key stays, and so does the counter of HOTP",
    requirement: "The counter is not reset by renaming.",
    section: "instructions (HOTP)",
    async run(card, t) {
      skipWithoutRename(card, t.skip.bind(t));
      const secret = patternSecret(20);
      await card.written({ name: "first", secret });
      await card.written({ name: "counted", type: 0x11, secret });
      await card.calculate("counted", new Uint8Array(0));
      const longest = "x".repeat(64);
      card.sw("RENAME of TOTP", await rename(card, "first", longest), SW.ok);
      card.sw("RENAME of HOTP", await rename(card, "counted", "moved"), SW.ok);
      card.code("TOTP", await card.calculate(longest, eightBytes(1n)), secret, EIGHT, 1n);
      const factor = BigInt(card.model.firstCounter + 1);
      const answer = await card.calculate("moved", new Uint8Array(0));
      card.code("HOTP", answer, secret, hotpParameters({ digits: 8 }), factor);
      card.sw("the old name", await card.remove("first"), card.model.unknownName);
      const names = (objectsOf((await card.list()).data) ?? []).map(({ value }) =>
        Buffer.from(value.subarray(1)).toString(),
      );
      t.equal("LIST, in the old order", names, [longest, "moved"]);
    },
  }),
  oathCase({
    id: "rename/onto-a-name",
    title: "RENAME onto a name that is there fails, also onto its own; nothing is changed",
    requirement: "RENAME onto an existing name must fail.",
    section: "instructions (RENAME)",
    async run(card, t) {
      skipWithoutRename(card, t.skip.bind(t));
      const [one, two] = [patternSecret(20), patternSecret(21)];
      await card.written({ name: "one", secret: one });
      await card.written({ name: "two", secret: two });
      card.refused("RENAME onto another", await rename(card, "one", "two"));
      card.refused("RENAME onto itself", await rename(card, "one", "one"));
      card.code("one", await card.calculate("one", eightBytes(1n)), one, EIGHT, 1n);
      card.code("two", await card.calculate("two", eightBytes(1n)), two, EIGHT, 1n);
    },
  }),
  oathCase({
    id: "rename/lengths",
    title: "RENAME to a name of no or of 65 bytes is answered 6A80",
    requirement: "71: 1 to 64 bytes; wrong syntax is 6A80.",
    section: "tags",
    async run(card, t) {
      skipWithoutRename(card, t.skip.bind(t));
      await card.written();
      for (const bytes of [0, 65]) {
        const to = new Uint8Array(bytes).fill(0x62);
        card.sw(`to ${bytes} bytes`, await rename(card, NAME, to), SW.wrongSyntax);
      }
      card.sw("to 63 bytes", await rename(card, NAME, "b".repeat(63)), SW.ok);
    },
  }),
];
