// htmx, tightened: no eval, no script tags in fragments, no page kept in the browser's storage.
import htmx from "htmx.org";
import { sayUnreachable } from "./unreachable";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  // A refusal (409), a failed check (422) and an error page carry words for the reader: show them.
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "[45]..", swap: true, error: true },
  ],
});

export function listenToFragments(): void {
  document.body.addEventListener("htmx:sendError", sayUnreachable);
  document.body.addEventListener("htmx:timeout", sayUnreachable);
  document.body.addEventListener("htmx:afterSettle", (event) => {
    const settled = event.target as Element;
    settled.querySelector<HTMLElement>("[data-tb-focus]")?.focus();
  });
}
