/** Say in the page's alert region that the server could not be reached; the words are the page's. */
export function sayUnreachable(): void {
  const words = document.querySelector<HTMLTemplateElement>("#tb-unreachable");
  const region = document.querySelector("#tb-alert");
  if (words && region) region.replaceChildren(words.content.cloneNode(true));
}
