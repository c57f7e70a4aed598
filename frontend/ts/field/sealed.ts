// SPDX-License-Identifier: Apache-2.0
// What a wiped phone still has of acts that were never sent: the server holds each until its person confirms it. No sign-in is needed.
// Page and worker share it.
import { plain, sealedActs, sealedPhoto, change } from "./store";

const DOOR = "/api/v1/outbox";

// `known`: acts that can still go as themselves. Throws when something waits on.
export async function sendSealed(known: ReadonlySet<string> | null): Promise<void> {
  if (!known && (await plain("lock"))) {
    return; // locked, not wiped
  }
  for (const act of await sealedActs()) {
    if (known?.has(act.id)) {
      continue;
    }
    const form = new FormData();
    form.set("key", String(act.key));
    form.set("sealed", new Blob([act.data]), "sealed");
    for (const id of act.photos) {
      const data = await sealedPhoto(id);
      if (data) {
        form.append("photos", new Blob([data]), id);
      }
    }
    const answer = await fetch(DOOR, { method: "POST", body: form, credentials: "omit" });
    if (answer.status >= 500 || answer.status === 429) {
      throw new Error(String(answer.status));
    }
    await change({ unsealed: [act.id], dropped: act.photos });
  }
}
