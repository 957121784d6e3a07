// The bench beside the page: tokens as fobs, the test mailbox, the clock. With it the whole
// workflow can be tried with no hardware. It is no part of what a cloud console has.

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Mail, SetClock } from "../../contract.ts";
import { codeNowMs, codeSpeed } from "../clock.ts";
import { say } from "../i18n/language.ts";
import { useAct } from "../parts/act.ts";
import { Button } from "../parts/button.tsx";
import { clockText, dateText } from "../parts/date-text.ts";
import { RefusalMessage } from "../parts/message.tsx";
import { about, session } from "../state.ts";
import { FobCard } from "./fob.tsx";
import { askMail, benchFault, fobs, followBench, mail, setClock } from "./lab.ts";

/** Tokens, mailbox and clock, as far as the service has them. */
export function Bench(): JSX.Element | null {
  const lab = about.value?.lab;
  // Who waits for a mail sees the mailbox first.
  const isRecovery = session.value?.session.stage === "recovery";
  useEffect(followBench, []);
  if (lab === undefined) return null;
  return (
    <aside class="bench" id="bench" tabIndex={-1} aria-label={say("bench.title")}>
      <RefusalMessage refused={benchFault.value} />
      {lab.mailbox && isRecovery && <Mailbox />}
      {lab.fobs && <Tokens />}
      {lab.clock && <ClockCard />}
      {lab.mailbox && !isRecovery && <Mailbox />}
    </aside>
  );
}

function Tokens(): JSX.Element {
  return (
    <section class="card" aria-labelledby="tokens">
      <div class="stack tight">
        <h2 id="tokens">{say("bench.tokens")}</h2>
        <p class="muted">{say("bench.tokensText")}</p>
      </div>
      <ul class="stack">
        {(fobs.value?.fobs ?? []).map((fob, at) => (
          <FobCard key={fob.id} fob={fob} number={at + 1} />
        ))}
      </ul>
    </section>
  );
}

function Mailbox(): JSX.Element {
  const messages = mail.value ?? [];
  const asking = useAct();
  return (
    <section class="card" aria-labelledby="mailbox">
      <header>
        <h2 id="mailbox">{say("bench.mailbox")}</h2>
        <Button isSmall isBusy={asking.isBusy} onClick={() => void asking.run(askMail)}>
          {say("bench.lookAgain")}
        </Button>
      </header>
      {messages.length === 0 && <p class="muted">{say("bench.noMail")}</p>}
      <ul class="rows">
        {messages.slice(0, 6).map((message) => (
          <Message key={message.id} message={message} />
        ))}
      </ul>
    </section>
  );
}

function Message({ message }: { readonly message: Mail }): JSX.Element {
  const { channel, to, code, sentAt, expiresInSeconds } = message;
  return (
    <li>
      <div class="mail">
        <p class="muted">{say(`mail.${channel}`, { to })}</p>
        <p>
          {say("mail.text")} <span class="code">{code}</span>
        </p>
        <p class="muted">{expiresInSeconds > 0 ? dateText(sentAt) : say("mail.expired")}</p>
      </div>
    </li>
  );
}

/** Buttons of the clock card: what they do to the clock that codes are judged by. */
const SETTINGS: readonly {
  readonly key: "forward30" | "forward600" | "freeze" | "run" | "real";
  readonly setting: SetClock;
}[] = [
  { key: "forward30", setting: { mode: "advance", bySeconds: 30 } },
  { key: "forward600", setting: { mode: "advance", bySeconds: 600 } },
  { key: "freeze", setting: { mode: "freeze" } },
  { key: "run", setting: { mode: "run" } },
  { key: "real", setting: { mode: "real" } },
];

function ClockCard(): JSX.Element {
  const setting = useAct();
  const nowMs = codeNowMs.value;
  return (
    <section class="card" aria-labelledby="clock">
      <header>
        <h2 id="clock">{say("bench.clock")}</h2>
        <span class="mono time">
          {nowMs === null ? "" : `${clockText(nowMs)} UTC`}
          {codeSpeed.value === 0 && <span class="badge">{say("clock.frozen")}</span>}
        </span>
      </header>
      <p class="muted">{say("bench.clockText")}</p>
      <div class="buttons">
        {SETTINGS.map((each) => (
          <Button
            key={each.key}
            isSmall
            onClick={() => void setting.run(() => setClock(each.setting))}
          >
            {say(`clock.${each.key}`)}
          </Button>
        ))}
      </div>
      <RefusalMessage refused={setting.refused} />
    </section>
  );
}
