// SPDX-License-Identifier: Apache-2.0
// Compares a file with the digest of a document on the person's own device; nothing of it is sent. Without WebCrypto (no https) the form is.
function enliven(form: HTMLFormElement, digest: string): void {
  const file = form.querySelector<HTMLInputElement>("input[type=file]");
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (!file || !subtle) {
    return;
  }
  const show = (says: string, shown: boolean): void => {
    for (const each of document.querySelectorAll<HTMLElement>(`[data-says=${says}]`)) {
      each.hidden = !shown;
    }
  };
  show("here", true);
  show("sent", false);
  const compare = async (): Promise<void> => {
    show("same", false);
    show("other", false);
    const chosen = file.files?.[0];
    if (!chosen) {
      return;
    }
    const found = new Uint8Array(await subtle.digest("SHA-256", await new Response(chosen).arrayBuffer()));
    const hex = Array.from(found, (byte) => byte.toString(16).padStart(2, "0")).join("");
    show(hex === digest ? "same" : "other", true);
  };
  file.addEventListener("change", () => void compare());
  form.addEventListener("submit", (event) => {
    if (file.files?.length) {
      event.preventDefault();
      void compare();
    }
  });
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-digest]")) {
  enliven(form, form.dataset.digest ?? "");
}

export {};
