// SPDX-License-Identifier: Apache-2.0
// GOV.UK Frontend ships no types; these are the few calls used here.
declare module "govuk-frontend/dist/govuk/components/*" {
  type Component = { moduleName: string };
  export const Button: Component;
  export const CharacterCount: Component;
  export const Checkboxes: Component;
  export const ErrorSummary: Component;
  export const Radios: Component;
}
declare module "govuk-frontend/dist/govuk/init.mjs" {
  export function createAll(
    component: { moduleName: string },
    config: Record<string, unknown> | undefined,
    scope: Element | Document,
  ): unknown[];
}
