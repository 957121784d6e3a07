// A group of writes on its way to the thread that stores it, in few large buffers: cloning an
// object for each write would cost more than storing it.

import type { TokenRecord } from "../record.ts";
import { encodeRecord } from "../record-codec.ts";
import { type PackedAudit, packAudit } from "./audit-codec.ts";
import type { AuditRow, RecordWrite, StoreErrorCode, Write } from "./store.ts";

/** Kinds of writes in Group.kinds. */
export const SWAP = 0;
/** @see SWAP */
export const BURY = 1;
/** @see SWAP */
export const AUDIT = 2;

/** Swaps, burials and audit rows of a group, column by column. */
export interface PackedWrites {
  readonly kinds: Uint8Array;
  readonly ids: Float64Array;
  readonly versions: Float64Array;
  /** All records one after the other, and where each ends. */
  readonly records: Uint8Array;
  readonly ends: Uint32Array;
  readonly audit: PackedAudit;
}

/** A token to be inserted. */
export interface NewRow {
  readonly label: string;
  readonly user: string | null;
  readonly secret: Uint8Array;
  readonly hash: Uint8Array;
  readonly record: Uint8Array;
}

/** Tokens to be inserted, all or none. */
export interface ImportJob {
  readonly kind: "import";
  readonly rows: readonly NewRow[];
  readonly audit: PackedAudit;
  /** What each row was admitted with: peersText of the stored tokens. */
  readonly peers: readonly string[];
  /** A token that the new one takes the place of: stored too, or nothing is. */
  readonly retired: PackedRetired | null;
}

/** A record in the place of that of `version`. */
export interface PackedRetired {
  readonly id: number;
  readonly version: number;
  readonly record: Uint8Array;
  readonly audit: PackedAudit;
}

/**
 * Sealing all secrets anew, under a key that is added to the key file; without an audit row the
 * other keys are taken out of that file. The database is locked meanwhile: rotations of several
 * processes come one after the other.
 */
export interface RotateJob {
  readonly kind: "rotate";
  readonly audit: PackedAudit | null;
}

/** What one transaction stores. */
export interface Group {
  readonly writes: PackedWrites;
  readonly jobs: readonly (ImportJob | RotateJob)[];
}

/** What became of a job. */
export type JobAnswer =
  | { readonly kind: "stored"; readonly ids: readonly number[] }
  | { readonly kind: "rotated"; readonly keyId: string }
  /** Other writes came first: admit again. */
  | { readonly kind: "changed" }
  | { readonly kind: "duplicate"; readonly label: string };

/** What became of a group. */
export type GroupAnswer =
  | {
      readonly kind: "done";
      /** 1 for each write that was stored, else 0. */
      readonly won: Uint8Array;
      readonly jobs: readonly JobAnswer[];
    }
  | {
      readonly kind: "failed";
      readonly code: StoreErrorCode;
      readonly message: string;
      readonly hint: string;
    };

/** Packs the writes of a group. */
export function packWrites(writes: readonly Write[]): PackedWrites {
  const kinds = new Uint8Array(writes.length);
  const ids = new Float64Array(writes.length);
  const versions = new Float64Array(writes.length);
  const ends = new Uint32Array(writes.length);
  const encoded: Uint8Array[] = [];
  let end = 0;
  writes.forEach((write, at) => {
    ids[at] = write.kind === "audit" ? write.audit.token : write.id;
    kinds[at] = write.kind === "swap" ? SWAP : write.kind === "bury" ? BURY : AUDIT;
    if (write.kind !== "audit") {
      versions[at] = write.version;
      const bytes = encodeRecord(write.record);
      encoded.push(bytes);
      end += bytes.length;
    }
    ends[at] = end;
  });
  const records = new Uint8Array(end);
  let start = 0;
  for (const bytes of encoded) {
    records.set(bytes, start);
    start += bytes.length;
  }
  const audit = packAudit(
    writes.map((write) => write.audit),
    [...ids],
  );
  return { kinds, ids, versions, records, ends, audit };
}

/** Packs tokens of an import, and the record of a token that they take the place of. */
export function packImport(
  admitted: readonly {
    readonly row: Omit<NewRow, "record">;
    readonly record: TokenRecord;
    readonly audit: Omit<AuditRow, "token">;
    readonly peers: string;
  }[],
  retired: RecordWrite | null,
): ImportJob {
  return {
    kind: "import",
    rows: admitted.map(({ row, record }) => ({ ...row, record: encodeRecord(record) })),
    audit: packAudit(
      admitted.map(({ audit }) => audit),
      [],
    ),
    peers: admitted.map(({ peers }) => peers),
    retired:
      retired === null
        ? null
        : {
            id: retired.id,
            version: retired.version,
            record: encodeRecord(retired.record),
            audit: packAudit([retired.audit], [retired.id]),
          },
  };
}

/** Tells whether the peers of a token are still those it was admitted with. */
export function peersText(
  sameSecret: readonly { readonly id: number; readonly version: number }[],
  sameUser: readonly { readonly id: number; readonly version: number }[],
): string {
  if (sameSecret.length + sameUser.length === 0) return ";";
  const text = (peers: typeof sameSecret) => peers.map(({ id, version }) => `${id}:${version}`);
  return `${text(sameSecret).join(",")};${text(sameUser).join(",")}`;
}
