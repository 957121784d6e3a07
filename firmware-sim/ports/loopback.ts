// Addresses that only this computer reaches.

/** Where servers listen unless told otherwise. */
export const LOOPBACK = "127.0.0.1";

/** Whether only this computer reaches a host name or address. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** `HOST:PORT`, an IPv6 address in brackets. */
export function hostPort({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
