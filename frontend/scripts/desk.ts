// The workbench by keyboard, and its side bar on a small screen.
import { listenToRows, preview } from "./preview";

const STORED = "tongban-shortcuts";

function shortcutsAreOn(): boolean {
  return localStorage.getItem(STORED) !== "off";
}

/** Single keys can be switched off in the account menu (WCAG 2.1.4). */
function offerTheSwitch(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-tb-shortcuts]");
  button?.setAttribute("aria-pressed", String(shortcutsAreOn()));
  button?.addEventListener("click", () => {
    localStorage.setItem(STORED, shortcutsAreOn() ? "off" : "on");
    button.setAttribute("aria-pressed", String(shortcutsAreOn()));
  });
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest("input, textarea, select, [contenteditable]") !== null
  );
}

/** J and K move through the rows of a list, other keys press the row's own buttons. */
function moveAmongRows(key: string): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-tb-rows] tr:has(a)")];
  const current = rows.findIndex((row) => row.contains(document.activeElement));
  if (key === "j" || key === "k") {
    const next = rows[current === -1 ? 0 : current + (key === "j" ? 1 : -1)];
    next?.querySelector<HTMLElement>("a")?.focus();
    if (next) void preview(next, false);
    return;
  }
  rows[current]?.querySelector<HTMLElement>(`[data-tb-key="${CSS.escape(key)}"]`)?.click();
}

function listenToKeys(): void {
  document.addEventListener("keydown", (event) => {
    const plain = !(event.ctrlKey || event.metaKey || event.altKey);
    if (!plain || isTyping(event.target) || !shortcutsAreOn()) return;
    if (event.key === "/") {
      event.preventDefault();
      document.querySelector<HTMLElement>("[data-tb-search]")?.focus();
    } else if (/^[a-z]$/.test(event.key)) {
      moveAmongRows(event.key);
    }
  });
}

function openTheSideBar(): void {
  const button = document.querySelector<HTMLElement>("[data-tb-menu]");
  const side = document.querySelector<HTMLElement>("#tb-side");
  if (!button || !side) return;
  const show = (open: boolean) => {
    side.classList.toggle("is-open", open);
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", (event) => {
    event.preventDefault();
    show(!side.classList.contains("is-open"));
    side.querySelector<HTMLElement>("a")?.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !side.classList.contains("is-open")) return;
    show(false);
    button.focus();
  });
  document.addEventListener("click", (event) => {
    const inside =
      event.target instanceof Node &&
      (side.contains(event.target) || button.contains(event.target));
    if (!inside) show(false);
  });
}

/** An open account panel closes when the reader goes elsewhere. */
function closePanels(): void {
  document.addEventListener("click", (event) => {
    for (const panel of document.querySelectorAll<HTMLDetailsElement>(".tb-account[open]")) {
      if (!(event.target instanceof Node && panel.contains(event.target))) panel.open = false;
    }
  });
}

export function furnishTheDesk(): void {
  offerTheSwitch();
  listenToKeys();
  listenToRows();
  openTheSideBar();
  closePanels();
}
