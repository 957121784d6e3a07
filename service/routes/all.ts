// Every route below /v1.

import type { FastifyInstance } from "fastify";
import type { ServiceCore } from "../core.ts";
import { limitCodes } from "../rates.ts";
import { addCodeRoutes, addOperatorCodeRoutes } from "./codes.ts";
import { addRecordRoutes } from "./records.ts";
import { addTestRoutes } from "./test-clock.ts";
import { addAdminRoutes, addRestoreRoute, addTokenRoutes } from "./tokens.ts";
import { addTransferRoutes } from "./transfer.ts";

/** Adds them. The bearer tokens of `core` guard `app` already. */
export function addRoutes(app: FastifyInstance, core: ServiceCore): void {
  limitCodes(app, core.limits);
  addCodeRoutes(app, core);
  addOperatorCodeRoutes(app, core);
  addTokenRoutes(app, core);
  addAdminRoutes(app, core);
  addRestoreRoute(app, core);
  addRecordRoutes(app, core);
  addTransferRoutes(app, core);
  if (core.testClock !== null) addTestRoutes(app, core, core.testClock);
}
