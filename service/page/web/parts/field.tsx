// Fields with their label, hint and fault, tied together for screen readers.

import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { codeTyped } from "./code-typed.ts";

/** @see TextField */
export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly hint?: string | undefined;
  /** What is wrong with it; null when nothing is known to be. */
  readonly fault?: string | null;
  readonly type?: "text" | "password" | "email";
  /** What browsers fill in: `username`, `off`. */
  readonly autoComplete?: string;
  readonly name?: string;
  readonly maxLength?: number;
  /** Looks and types as a six-digit code. */
  readonly isCode?: boolean;
  readonly isRequired?: boolean;
}

/** One line of text. */
export function TextField(props: TextFieldProps): JSX.Element {
  const { label, value, onInput, hint, fault = null, type = "text" } = props;
  const { autoComplete = "off", name, maxLength, isCode = false, isRequired = true } = props;
  const id = useId();
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class={isCode ? "code" : ""}
        {...typeOf(type)}
        name={name}
        value={value}
        autocomplete={autoComplete}
        autocapitalize="none"
        spellcheck={false}
        maxLength={maxLength}
        inputMode={isCode ? "numeric" : undefined}
        aria-required={isRequired}
        aria-invalid={fault !== null}
        aria-describedby={described === "" ? undefined : described}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {hint && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
      {fault && (
        <p id={`${id}-fault`} class="fault">
          {fault}
        </p>
      )}
    </div>
  );
}

/** The types of preact know each type apart; here any of them will do. */
function typeOf(type: TextFieldProps["type"]): { readonly type: "text" } {
  return { type } as { readonly type: "text" };
}

/** @see CodeField */
export interface CodeFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (code: string) => void;
  readonly name: string;
  readonly hint?: string;
  readonly fault?: string | null;
}

/** A six-digit code, however it is typed or pasted: with spaces, in full-width digits. */
export function CodeField(props: CodeFieldProps): JSX.Element {
  return (
    <TextField
      {...props}
      onInput={(text) => props.onInput(codeTyped(text))}
      autoComplete="one-time-code"
      // Not six: a code that is pasted with a space would lose its last digit.
      maxLength={12}
      isCode
    />
  );
}

/** @see SelectField */
export interface SelectFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly hint?: string | undefined;
}

/** One of a few. */
export function SelectField(props: SelectFieldProps): JSX.Element {
  const { label, value, onInput, options, hint } = props;
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onInput={(event) => onInput(event.currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
      {hint && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
    </div>
  );
}
