// SPDX-License-Identifier: Apache-2.0
// What only a demo runs: its bar stays folded, or open, as the guest left it on the page before. Within the phone's frame, which
// stands under a bar already, there is none: a page that the phone's own worker fetched was not drawn for a frame.
if (window.top !== window) {
  for (const part of document.querySelectorAll(".anlan-bar__rows, .anlan-stop")) {
    part.remove();
  }
}
for (const fold of document.querySelectorAll<HTMLDetailsElement>("details[data-fold]")) {
  const name = fold.dataset.fold ?? "";
  const kept = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  if (kept) {
    fold.open = kept.endsWith("=open");
  }
  fold.querySelector("summary")?.addEventListener("click", () => {
    // The click comes before the fold has changed.
    document.cookie = `${name}=${fold.open ? "folded" : "open"}; path=/; max-age=86400; samesite=lax`;
  });
}
