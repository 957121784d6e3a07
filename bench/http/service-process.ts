// Started by service-host.ts: our service with its store, tokens that are enrolled, and an empty
// route beside its own, in a process that nothing else runs in.
//
//   service-process.ts STATE TOKENS
//   IPC: to the parent ServiceAnswer, from it ServiceClockMessage

import { BearerTokens } from "../../service/bearer-tokens.ts";
import type { ServicePlugin } from "../../service/core.ts";
import { startService } from "../../service/server.ts";
import { policyOf } from "../../verifier/policy.ts";
import { openStore } from "../../verifier/stores/open.ts";
import { benchTokens, storeEnrolled } from "../enrolled.ts";

/** To the process. */
export interface ServiceClockMessage {
  readonly kind: "clock";
  readonly nowUs: number;
}

/** From the process. */
export type ServiceAnswer =
  | {
      readonly kind: "ready";
      readonly port: number;
      readonly token: string;
      readonly store: string;
      readonly durability: string;
      /** Row keys of the tokens, in the order of benchTokens. */
      readonly ids: readonly number[];
    }
  | { readonly kind: "set" };

/** The same body and the same server, and nothing done: no bearer token, no verifier, no store. */
const emptyRoute: ServicePlugin = (app) => {
  const body = { type: "object", properties: { code: { type: "string" } } } as const;
  app.post("/empty/:id", { schema: { body } }, async () => ({ accepted: true }));
};

const [state = "", count = ""] = process.argv.slice(2);
const store = await openStore(state);
const policy = policyOf("default");
const ids = await storeEnrolled(store, policy, benchTokens(Number(count)));
const { tokens: bearers, token } = BearerTokens.draw();
const service = await startService({
  store,
  policy,
  bearers,
  testMode: true,
  limits: { clientRequests: 0, tokenRequests: 0 },
  plugins: [emptyRoute],
  hostClock: "unknown",
});

process.on("message", ({ nowUs }: ServiceClockMessage) => {
  service.core.testClock?.set({ mode: "frozen", nowUs });
  tell({ kind: "set" });
});
process.on("disconnect", () => void end());
const { port } = service;
const { name, durability } = store;
tell({ kind: "ready", port, token, store: name, durability, ids });

async function end(): Promise<void> {
  await service.close();
  await store.close();
  process.exit(0);
}

function tell(message: ServiceAnswer): void {
  process.send?.(message);
}
