/** Whoever leaves with changes is asked first. Returns what is called with every change. */
export function warnBeforeLeaving(): () => void {
  let isChanged = false;
  addEventListener("beforeunload", (event) => {
    if (isChanged) event.preventDefault();
  });
  document.body.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail;
    if (xhr.status < 400) isChanged = false;
  });
  return () => {
    isChanged = true;
  };
}

/** What the toolkit cannot read it would not write either: nothing may be saved here. */
export function sayInstead(place: HTMLElement, template: string): void {
  const words = document.querySelector<HTMLTemplateElement>(template);
  if (words) place.replaceChildren(words.content.cloneNode(true));
}
