// SPDX-License-Identifier: Apache-2.0
// What every question of a form is made of: its name, its control, and what is wrong with its answer.
import { h } from "./dom";
import type { Draft, Kit, Schema } from "./model";
import { say } from "./words";

export type Fault = { id: string; words: string };
export type Control = { element: HTMLElement; read: () => unknown; faults: () => Fault[] };
export type Making = { key: string; schema: Schema; required: boolean; value: unknown; kit: Kit; draft: Draft; often: readonly number[]; touched: () => void };

export const ID = "field-";

export function labelled(making: Making, control: HTMLElement, faults: () => string): { element: HTMLElement; faults: () => Fault[] } {
  const id = ID + making.key;
  control.id = control.id || id;
  if (making.schema.description) {
    control.setAttribute("aria-describedby", `${id}-hint`);
  }
  const element = h(
    "div",
    { class: "govuk-form-group" },
    h("label", { class: "govuk-label anlan-bold", for: control.id }, title(making)),
    making.schema.description ? h("div", { class: "govuk-hint", id: `${id}-hint` }, making.schema.description) : null,
    control,
  );
  return {
    element,
    faults: () => {
      const words = faults();
      return words ? [{ id: control.id, words }] : [];
    },
  };
}

export function title(making: Making): string {
  const word = making.schema.title ?? making.key;
  return making.required ? word : say("optional", { what: word });
}

export function missing(making: Making): string {
  return say("missing", { what: making.schema.title ?? making.key });
}
