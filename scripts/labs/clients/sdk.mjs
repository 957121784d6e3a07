// One call of the JavaScript SDK: what to do on standard input as JSON, what came of it on standard
// output. Plain JavaScript: the SDK is installed by the lab only (package.json beside).

import { text } from "node:stream/consumers";
import * as iam from "@aws-sdk/client-iam";
import * as sts from "@aws-sdk/client-sts";

const { service, action, url, keys, parameters } = JSON.parse(await text(process.stdin));
const [library, Client] = service === "sts" ? [sts, sts.STSClient] : [iam, iam.IAMClient];
const client = new Client({
  endpoint: url,
  region: keys.region,
  credentials: keys,
  maxAttempts: 1,
});
const plain = (_key, value) =>
  value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
try {
  const { $metadata: _, ...data } = await client.send(new library[`${action}Command`](parameters));
  // Bytes have a toJSON of their own, which would come first.
  for (const inner of [data, data.VirtualMFADevice ?? {}]) {
    for (const [name, value] of Object.entries(inner)) inner[name] = plain(name, value);
  }
  process.stdout.write(JSON.stringify({ code: null, data }));
} catch (error) {
  if (!(error instanceof Error)) throw error;
  const code = error.name.replace(/Exception$/, "");
  process.stdout.write(JSON.stringify({ code, data: {}, detail: error.message }));
}
