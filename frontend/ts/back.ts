// SPDX-License-Identifier: Apache-2.0
// A page that a refused form gave back is kept nowhere, so the Back button would find nothing: whoever leaves it by a
// form or a link finds its plain address there instead.
function leave(event: Event): void {
  if (event.type === "submit" || (event.target instanceof Element && event.target.closest("a[href]"))) {
    history.replaceState(history.state, "", location.href);
  }
}

document.addEventListener("submit", leave);
document.addEventListener("click", leave);

export {};
