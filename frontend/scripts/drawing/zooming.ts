// A drawing is brought to the size of its place, and made larger and smaller by buttons.
const STEP = 1.25;
const MARGIN = 0.94; // of the place is filled
const [SMALLEST, LARGEST] = [0.2, 4];

export interface Point {
  x: number;
  y: number;
}

export interface Canvas {
  zoom(level: number | "fit-viewport", center?: "auto" | Point): number;
  zoom(): number;
  resized(): void;
  scroll(by: { dx: number; dy: number }): unknown;
}

/** What is shown at the moment; nothing where it is no drawing. */
export type Shown = () => Canvas | undefined;

export function fit(shown: Shown, place?: HTMLElement): void {
  const canvas = shown();
  if (!canvas) return;
  const tools = place?.querySelector<HTMLElement>(".djs-palette")?.offsetWidth ?? 0;
  const room = 1 - tools / (place?.clientWidth || 1);
  canvas.zoom(Math.min(canvas.zoom("fit-viewport", "auto") * MARGIN * room, 1), "auto");
  if (tools) canvas.scroll({ dx: tools / 2, dy: 0 }); // beside the tools, not below them
}

export function zoomBy(canvas: Canvas, factor: number, center?: Point): void {
  canvas.zoom(Math.min(Math.max(canvas.zoom() * factor, SMALLEST), LARGEST), center);
}

/** Another width of the page brings the drawing to the new size of its place. */
export function followTheWidth(place: HTMLElement, shown: Shown): void {
  let width = place.clientWidth;
  new ResizeObserver(() => {
    if (place.clientWidth === width || place.clientWidth === 0) return; // 0: the page is left
    width = place.clientWidth;
    shown()?.resized();
    fit(shown, place);
  }).observe(place);
}

export function listenToZoom(shown: Shown, place?: HTMLElement): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-tb-zoom]");
    const canvas = button && shown();
    if (!canvas) return;
    if (button.dataset.tbZoom === "fit") fit(shown, place);
    if (button.dataset.tbZoom === "in") zoomBy(canvas, STEP);
    if (button.dataset.tbZoom === "out") zoomBy(canvas, 1 / STEP);
  });
}
