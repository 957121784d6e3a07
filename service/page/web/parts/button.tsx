// Buttons, and links that look like them.

import type { ComponentChildren, JSX } from "preact";
import { hashOf, type View } from "../views.ts";

/** @see Button */
export interface ButtonProps {
  readonly kind?: "primary" | "plain" | "danger" | "link";
  readonly isSmall?: boolean;
  /** Submits the form it stands in. */
  readonly submits?: boolean;
  /** It stays focusable, so that nobody loses their place. */
  readonly isBusy?: boolean;
  readonly onClick?: () => void;
  /** What screen readers say, when the words alone do not tell which one it is. */
  readonly label?: string;
  readonly children: ComponentChildren;
}

/** A button. */
export function Button(props: ButtonProps): JSX.Element {
  const { kind = "plain", isSmall = false, submits = false, isBusy = false } = props;
  const { onClick, label, children } = props;
  return (
    <button
      type={submits ? "submit" : "button"}
      class={classOf(kind, isSmall)}
      aria-disabled={isBusy}
      aria-label={label}
      onClick={isBusy ? undefined : onClick}
    >
      {children}
    </button>
  );
}

/** @see ViewLink */
export interface ViewLinkProps {
  readonly to: View;
  readonly kind?: "primary" | "plain" | "text";
  readonly isSmall?: boolean;
  readonly label?: string;
  /** "page": this very view is shown; "part": one below it. */
  readonly current?: "page" | "part" | null;
  readonly children: ComponentChildren;
}

/** A link to a view; `kind` "text" looks like one. */
export function ViewLink(props: ViewLinkProps): JSX.Element {
  const { to, kind = "text", isSmall = false, label, current = null, children } = props;
  return (
    <a
      href={hashOf(to)}
      class={kind === "text" ? (current === null ? "" : "current") : classOf(kind, isSmall)}
      aria-label={label}
      aria-current={current === "page" ? "page" : undefined}
    >
      {children}
    </a>
  );
}

function classOf(kind: string, isSmall: boolean): string {
  return `button ${kind}${isSmall ? " small" : ""}`;
}
