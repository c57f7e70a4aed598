// SPDX-License-Identifier: Apache-2.0
// The box of a page that says how it stands with what it hears: one thing at a time, or nothing.
export function teller(box: HTMLElement | null): (which: string) => void {
  return (which) => {
    if (!box) {
      return;
    }
    box.hidden = !which;
    for (const part of Array.from(box.querySelectorAll<HTMLElement>("[data-tells]"))) {
      part.hidden = part.dataset.tells !== which;
    }
  };
}
