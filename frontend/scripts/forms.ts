// What a form needs beyond HTML: the focus on what went wrong, and one submission only.

export function focusOnProblems(): void {
  document.querySelector<HTMLElement>("[data-tb-focus]")?.focus();
}

/** A second click while the answer is under way must not send the form again. */
export function sendOnce(): void {
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return; // a fragment request: htmx counts its own
    const form = event.target as HTMLFormElement;
    if (form.dataset.tbSent !== undefined) {
      event.preventDefault();
      return;
    }
    form.dataset.tbSent = "";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  // The browser's back button brings the page back as it was left: free the forms again.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-tb-sent]")) {
      delete form.dataset.tbSent;
    }
    for (const button of document.querySelectorAll("[aria-busy=true]")) {
      button.removeAttribute("aria-busy");
    }
  });
}

/** A choice that takes effect at once, such as a filter: the form is sent when it changes. */
export function sendOnChange(): void {
  document.addEventListener("change", (event) => {
    const field = event.target as HTMLSelectElement | HTMLInputElement;
    if (field.matches("[data-tb-send]")) field.form?.requestSubmit();
  });
}
