// Bearer tokens (RFC 6750) of the service's clients. A file holds one a line:
//
//   # comment
//   TOKEN SCOPE[,SCOPE…] [NAME]
//   sha256:HEX SCOPE[,SCOPE…] [NAME]
//
// In memory there are hashes only; comparing hashes tells nothing of a token by its time.

import { createHash, randomBytes } from "node:crypto";
import { isScope, SCOPES, type Scope } from "./scopes.ts";

/** Shortest and longest token taken, characters. */
const MIN_CHARACTERS = 20;
const MAX_CHARACTERS = 256;
/** Longest file, characters, and most tokens in it. */
const MAX_FILE_CHARACTERS = 1_048_576;
const MAX_TOKENS = 1000;
/** b64token of RFC 6750 §2.1. */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;
const HASHED = /^sha256:([0-9a-f]{64})$/i;
const NAME = /^[\w.@-]{1,64}$/;
const HEADER = /^Bearer +([^\s]+)$/i;

/** Who asks, and what they may. */
export interface Client {
  /** For logs: the name in the file, else the beginning of the token's hash. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
}

/** The tokens a service takes. */
export class BearerTokens {
  readonly #clients: ReadonlyMap<string, Client>;

  private constructor(clients: ReadonlyMap<string, Client>) {
    this.#clients = clients;
  }

  /**
   * The tokens of a file's text.
   *
   * @throws {RangeError} naming the line that is wrong and the remedy; never the token
   */
  static parse(text: string): BearerTokens {
    if (text.length > MAX_FILE_CHARACTERS) {
      throw new RangeError(`a file of tokens has at most ${MAX_FILE_CHARACTERS} characters`);
    }
    const clients = new Map<string, Client>();
    for (const [at, line] of text.split(/\r?\n/).entries()) {
      if (/^\s*(?:#|$)/.test(line)) continue;
      const { hash, client } = parseLine(line.trim(), at + 1);
      if (clients.has(hash)) throw new RangeError(`line ${at + 1}: this token is there twice`);
      clients.set(hash, client);
      if (clients.size > MAX_TOKENS) throw new RangeError(`more than ${MAX_TOKENS} tokens`);
    }
    if (clients.size === 0) throw new RangeError("the file holds no token; write TOKEN SCOPES");
    return new BearerTokens(clients);
  }

  /** One token with every scope, drawn here: for trying things by hand. */
  static draw(): { readonly tokens: BearerTokens; readonly token: string } {
    const token = randomBytes(24).toString("base64url");
    return { tokens: BearerTokens.parse(`${token} ${SCOPES.join(",")} drawn`), token };
  }

  get size(): number {
    return this.#clients.size;
  }

  /** Whose token an Authorization header holds; null when it is none of these. */
  clientOf(header: string | undefined): Client | null {
    const token = HEADER.exec(header ?? "")?.[1];
    if (token === undefined || token.length > MAX_CHARACTERS) return null;
    return this.#clients.get(hashOf(token)) ?? null;
  }
}

function parseLine(line: string, number: number): { hash: string; client: Client } {
  const [token = "", scopeList = "", name, ...more] = line.split(/\s+/);
  const where = `line ${number}`;
  if (more.length > 0 || (name !== undefined && !NAME.test(name))) {
    throw new RangeError(`${where}: a name is 1 to 64 letters, digits, "_", ".", "@" and "-"`);
  }
  const hash = HASHED.exec(token)?.[1]?.toLowerCase() ?? plainHash(token, where);
  const scopes = scopeList.split(",").map((scope) => {
    if (isScope(scope)) return scope;
    throw new RangeError(`${where}: scopes are ${SCOPES.join(", ")}, with commas between them`);
  });
  return { hash, client: { name: name ?? `sha256:${hash.slice(0, 8)}`, scopes: new Set(scopes) } };
}

function plainHash(token: string, where: string): string {
  const { length } = token;
  if (length < MIN_CHARACTERS || length > MAX_CHARACTERS || !TOKEN.test(token)) {
    throw new RangeError(
      `${where}: a token is ${MIN_CHARACTERS} to ${MAX_CHARACTERS} letters, digits and -._~+/, ` +
        "or sha256: and 64 hexadecimal digits",
    );
  }
  return hashOf(token);
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
