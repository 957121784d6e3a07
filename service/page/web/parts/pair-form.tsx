// Two consecutive codes: assigning, resynchronizing, and resynchronizing at sign-in.

import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { codeStep } from "../clock.ts";
import { say } from "../i18n/language.ts";
import { useAct } from "./act.ts";
import { Button } from "./button.tsx";
import { isCode } from "./code-typed.ts";
import { NextCode } from "./countdown.tsx";
import { CodeField } from "./field.tsx";
import { focusField, useFormRef } from "./focus.ts";
import { RefusalMessage } from "./message.tsx";

/** @see PairForm */
export interface PairFormProps {
  /** What the button says. */
  readonly submit: string;
  /** @throws {Refused} */
  readonly onPair: (code1: string, code2: string) => Promise<void>;
  /** More buttons. */
  readonly children?: ComponentChildren;
}

/**
 * The form of two codes. After a refusal both fields are empty again: whatever was wrong, two new
 * codes are the remedy.
 */
export function PairForm({ submit, onPair, children }: PairFormProps): JSX.Element {
  const act = useAct();
  const form = useFormRef();
  const [code1, setCode1] = useState("");
  const [code2, setCode2] = useState("");
  const [sinceStep, setSinceStep] = useState<number | null>(null);
  const [fault, setFault] = useState<"code1" | "code2" | null>(null);

  const typeFirst = (code: string): void => {
    setCode1(code);
    setSinceStep(isCode(code) ? codeStep.peek() : null);
  };
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const wrong = isCode(code1) ? (isCode(code2) ? null : "code2") : "code1";
    setFault(wrong);
    if (wrong !== null) return focusField(form, wrong);
    await act.run(async () => {
      try {
        await onPair(code1, code2);
      } catch (error) {
        setCode1("");
        setCode2("");
        setSinceStep(null);
        focusField(form, "code1");
        throw error;
      }
    });
  };
  const faultOf = (field: string): string | null =>
    fault === field ? say("refused.code-malformed") : null;

  return (
    <form ref={form} class="stack" noValidate onSubmit={send}>
      <RefusalMessage refused={act.refused} />
      <div class="pair">
        <CodeField
          label={say("pair.code1")}
          name="code1"
          value={code1}
          onInput={typeFirst}
          fault={faultOf("code1")}
        />
        <NextCode sinceStep={sinceStep} />
        <CodeField
          label={say("pair.code2")}
          name="code2"
          value={code2}
          onInput={setCode2}
          fault={faultOf("code2")}
        />
      </div>
      <div class="buttons">
        <Button kind="primary" submits isBusy={act.isBusy}>
          {submit}
        </Button>
        {children}
      </div>
    </form>
  );
}
