// The `smartcard` package for the type checker, which must pass where the package is absent. What
// we use of it is in package.ts.

declare module "smartcard" {
  export const Context: unknown;
}
