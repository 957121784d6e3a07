// Headers of every answer of the page and its API: nothing from elsewhere is loaded, nothing of it
// is framed or read by another site.

/** Scripts, styles and requests of this origin only; `data:` for QR codes. */
export const CONTENT_SECURITY_POLICY: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

/**
 * @see CONTENT_SECURITY_POLICY
 *
 * @param isPublicTls whether it is under TLS for others than this computer: a browser would refuse
 *   http to every other port of "localhost" for a year
 */
export function securityHeaders(isPublicTls: boolean): Readonly<Record<string, string>> {
  return {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    ...(isPublicTls ? { "strict-transport-security": "max-age=31536000" } : {}),
  };
}
