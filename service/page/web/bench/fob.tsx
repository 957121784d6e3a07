// One emulated token: display, seconds left, its clock, and what goes into it.

import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { Fob } from "../../contract.ts";
import { say } from "../i18n/language.ts";
import { useAct } from "../parts/act.ts";
import { Button } from "../parts/button.tsx";
import { Ring } from "../parts/countdown.tsx";
import { TextField } from "../parts/field.tsx";
import { RefusalMessage } from "../parts/message.tsx";
import { ofWhich } from "../parts/of-which.ts";
import { offsetText } from "../parts/offset-text.ts";
import { secret } from "../state.ts";
import { fobSeconds, secondsLeft, turn } from "./lab.ts";
import { Segments } from "./segments.tsx";

const STEP_SECONDS = 30;
/** Steps of the drift control, seconds. */
const SHIFTS: readonly number[] = [-300, -30, 30, 300];

/** A token as a thing to hold. */
export function FobCard(props: { readonly fob: Fob; readonly number: number }): JSX.Element {
  const turning = useAct();
  const id = useId();
  const { fob } = props;
  const name = say("fob.name", { number: props.number });
  const seconds = Math.ceil(secondsLeft(fob, fobSeconds.value));
  const { code } = fob;
  return (
    <li class="fob" aria-labelledby={id}>
      <header>
        <h3 id={id}>{name}</h3>
        <span class="muted fob-label">{fob.label ?? (code === null ? say("fob.empty") : "")}</span>
      </header>
      <div class="fob-body">
        <span class="fob-hole" />
        <div class="fob-display">
          <Segments
            text={code ?? "------"}
            label={
              code === null ? say("fob.noCode") : say("fob.code", { code: [...code].join(" ") })
            }
          />
        </div>
        {code !== null && <Ring seconds={seconds} ofSeconds={STEP_SECONDS} />}
      </div>
      {code !== null && (
        <p class="unseen">{say("fob.secondsLeft", { seconds: Math.ceil(seconds / 10) * 10 })}</p>
      )}
      <Scan fob={fob} name={name} turning={turning} />
      <div class="fob-tools">
        <Clock fob={fob} name={name} turning={turning} />
        <Secret fob={fob} name={name} turning={turning} />
      </div>
      <RefusalMessage refused={turning.refused} />
    </li>
  );
}

/** How far a clock is off, in the reader's language. */
function offBy(seconds: number): string {
  return offsetText(seconds, { minutes: say("unit.minutes"), seconds: say("unit.seconds") });
}

interface Part {
  readonly fob: Fob;
  /** Of the token, in the reader's language. */
  readonly name: string;
  readonly turning: ReturnType<typeof useAct>;
}

/** How far the token's clock is off, and buttons that turn it. */
function Clock({ fob, name, turning }: Part): JSX.Element {
  const [rate, setRate] = useState(String(fob.ratePpm));
  const turnTo = (offsetSeconds: number): void =>
    void turning.run(() => turn("POST /lab/fobs/clock", { fob: fob.id, offsetSeconds }));
  const send = (event: Event): void => {
    event.preventDefault();
    const ratePpm = Number(rate);
    void turning.run(() => turn("POST /lab/fobs/clock", { fob: fob.id, ratePpm }));
  };
  const isOff = Math.round(Math.abs(fob.offsetSeconds)) > 0;
  return (
    <details class="fob-details">
      <summary>
        {say("fob.clock")} <output class={isOff ? "off" : ""}>{offBy(fob.offsetSeconds)}</output>
        {fob.ratePpm !== 0 && <span class="muted">{say("fob.ppm", { ppm: fob.ratePpm })}</span>}
      </summary>
      <div class="stack tight">
        <p class="muted">{say("fob.clockText")}</p>
        <div class="buttons">
          {SHIFTS.map((shift) => (
            <Button
              key={shift}
              isSmall
              label={ofWhich(offBy(shift), name)}
              onClick={() => turnTo(Math.round(fob.offsetSeconds) + shift)}
            >
              {offBy(shift)}
            </Button>
          ))}
          <Button isSmall label={ofWhich(say("fob.set"), name)} onClick={() => turnTo(0)}>
            {say("fob.set")}
          </Button>
        </div>
        <form class="fob-rate" noValidate onSubmit={send}>
          <TextField label={say("fob.rate")} value={rate} onInput={setRate} name="rate" />
          <Button isSmall submits label={ofWhich(say("fob.setRate"), name)}>
            {say("fob.setRate")}
          </Button>
        </form>
      </div>
    </details>
  );
}

/** Takes the secret that the wizard shows, as a scanner would. */
function Scan({ fob, name, turning }: Part): JSX.Element | null {
  const told = secret.value;
  if (told === null) return null;
  const scan = (): void =>
    void turning.run(() => turn("POST /lab/fobs/secret", { fob: fob.id, secret: told.secret.uri }));
  return (
    <div class="buttons">
      <Button
        isSmall
        kind={fob.code === null ? "primary" : "plain"}
        label={ofWhich(say("fob.scan"), name)}
        onClick={scan}
      >
        {say("fob.scan")}
      </Button>
    </div>
  );
}

/** A secret that is typed; and the way to take it out. */
function Secret({ fob, name, turning }: Part): JSX.Element {
  const [typed, setTyped] = useState("");
  const send = (event: Event): void => {
    event.preventDefault();
    void turning.run(async () => {
      await turn("POST /lab/fobs/secret", { fob: fob.id, secret: typed });
      setTyped("");
    });
  };
  const clear = (): void => void turning.run(() => turn("POST /lab/fobs/clear", { fob: fob.id }));
  return (
    <details class="fob-details">
      <summary>{say("fob.secret")}</summary>
      <form class="stack tight" noValidate onSubmit={send}>
        <TextField
          label={say("fob.type")}
          hint={say("fob.typeHint")}
          value={typed}
          onInput={setTyped}
          name="secret"
        />
        <div class="buttons">
          <Button isSmall submits label={ofWhich(say("fob.put"), name)}>
            {say("fob.put")}
          </Button>
          <Button isSmall kind="danger" label={ofWhich(say("fob.clear"), name)} onClick={clear}>
            {say("fob.clear")}
          </Button>
        </div>
      </form>
    </details>
  );
}
