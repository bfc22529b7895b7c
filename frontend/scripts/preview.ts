// The list's preview: a click on a row, or J and K, shows the case at its side (on a small screen:
// in a sheet at the bottom) without leaving the list.
import htmx from "htmx.org";

const SELECTED = "is-selected";

/** Show the row's case. `focus`: the reader asked by mouse or touch, so go to what opened. */
export async function preview(row: HTMLElement, focus: boolean): Promise<void> {
  const place = document.querySelector<HTMLElement>("#tb-preview");
  if (!place || !row.dataset.tbPreview) return;
  for (const other of document.querySelectorAll(`.${SELECTED}`)) other.classList.remove(SELECTED);
  row.classList.add(SELECTED);
  await htmx.ajax("get", row.dataset.tbPreview, { source: place, target: place });
  const name = place.querySelector<HTMLElement>("#tb-preview-name");
  const said = document.querySelector("#tb-preview-said");
  if (said && name) said.textContent = name.textContent;
  if (focus && isSheet(place)) name?.focus();
}

/** The sheet closes by its button and by Escape; the focus returns to the row. */
function close(place: HTMLElement): void {
  place.replaceChildren();
  const row = document.querySelector(`.${SELECTED}`);
  row?.classList.remove(SELECTED);
  row?.querySelector<HTMLElement>("a")?.focus();
}

function isSheet(place: HTMLElement): boolean {
  return getComputedStyle(place).position === "fixed";
}

export function listenToRows(): void {
  const place = document.querySelector<HTMLElement>("#tb-preview");
  if (!place) return;
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey) return;
    if (event.target.closest("[data-tb-close]")) {
      event.preventDefault();
      close(place);
      return;
    }
    const row = event.target.closest<HTMLElement>("tr[data-tb-preview]");
    const link = event.target.closest<HTMLAnchorElement>("a");
    if (!row || (link && !link.classList.contains("tb-tag"))) return;
    if (event.target.closest(".tb-batch-tick")) return; // ticks a row, and opens nothing
    event.preventDefault();
    void preview(row, true);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && place.childElementCount > 0) close(place);
  });
}
