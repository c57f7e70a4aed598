// SPDX-License-Identifier: Apache-2.0
// Who comes back finds the focus on the link by which they left. These pages are kept by no browser, and one that is loaded anew
// would begin at its top: by keyboard a province is a hundred stops long.
type Left = { href: string; nth: number };

function same(href: string): Element[] {
  return Array.from(document.querySelectorAll("main a[href]")).filter((link) => link.getAttribute("href") === href);
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("main a[href]") : null;
  const href = link?.getAttribute("href");
  if (link && href) {
    const left: Left = { href, nth: same(href).indexOf(link) };
    history.replaceState({ ...(history.state as object | null), left }, "");
  }
});

const left = (history.state as { left?: Left } | null)?.left;
if (left) {
  const link = same(left.href)[left.nth];
  if (link instanceof HTMLElement || link instanceof SVGElement) {
    link.focus({ preventScroll: true });
  }
}

export {};
