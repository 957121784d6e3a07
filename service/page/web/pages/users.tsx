// The list of users, root first, with the devices of each.

import type { JSX } from "preact";
import type { User } from "../../contract.ts";
import { say } from "../i18n/language.ts";
import { Button, ViewLink } from "../parts/button.tsx";
import { StateBadge } from "../parts/device-bits.tsx";
import { useUsers } from "../parts/lists.ts";
import { RefusalMessage } from "../parts/message.tsx";
import { ofWhich } from "../parts/of-which.ts";
import { Page } from "../parts/page.tsx";
import { about } from "../state.ts";

/** All users the caller may see. */
export function UsersPage(): JSX.Element {
  const { items, reading, refresh } = useUsers();
  const limit = about.value?.devicesPerUser ?? 1;
  return (
    <Page
      title={say("users.title")}
      lead={limit === 1 ? say("users.oneDevice") : say("users.manyDevices", { limit })}
    >
      <section class="card" aria-labelledby="users" aria-busy={items === null}>
        <header>
          <h2 id="users">{say("users.list")}</h2>
          <Button isSmall isBusy={reading.isBusy} onClick={() => void refresh()}>
            {say("refresh")}
          </Button>
        </header>
        <RefusalMessage refused={reading.refused} />
        <ul class="rows">
          {(items ?? []).map((user) => (
            <UserRow key={user.arn} user={user} />
          ))}
        </ul>
      </section>
    </Page>
  );
}

function UserRow({ user }: { readonly user: User }): JSX.Element {
  const name = user.kind === "root" ? say("person.root") : user.name;
  return (
    <li>
      <div class="stack tight">
        <p class="buttons">
          <b>{name}</b>
          {user.isSelf && <span class="badge">{say("users.self")}</span>}
        </p>
        <code class="muted">{user.arn}</code>
        {!user.canSignIn && <p class="muted">{say("users.noPassword")}</p>}
        {user.devices.length === 0 ? (
          <p class="muted">{say("users.noDevice")}</p>
        ) : (
          <ul class="buttons">
            {user.devices.map((device) => (
              <li key={device.serial} class="buttons">
                <ViewLink to={{ name: "device", serial: device.serial }}>{device.name}</ViewLink>
                <StateBadge state={device.state} />
              </li>
            ))}
          </ul>
        )}
      </div>
      {user.canAssign && (
        <ViewLink
          to={{ name: "assign", holder: user.name }}
          kind="plain"
          isSmall
          label={ofWhich(say("assign.link"), name)}
        >
          {say("assign.link")}
        </ViewLink>
      )}
    </li>
  );
}
