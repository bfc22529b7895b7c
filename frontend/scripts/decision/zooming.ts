// The drawing is brought to the size of its place, and made larger and smaller by buttons.
import type Manager from "dmn-js/lib/NavigatedViewer";

const STEP = 1.25;
const MARGIN = 0.94; // of the place is filled

export function fit(manager: Manager): void {
  if (manager.getActiveView()?.type !== "drd") return;
  const canvas = manager.getActiveViewer()?.get("canvas");
  if (canvas) canvas.zoom(Math.min(canvas.zoom("fit-viewport", "auto") * MARGIN, 1), "auto");
}

/** Another width of the page brings the drawing to the new size of its place. */
export function followTheWidth(place: HTMLElement, manager: Manager): void {
  let width = place.clientWidth;
  new ResizeObserver(() => {
    if (place.clientWidth === width) return;
    width = place.clientWidth;
    if (manager.getActiveView()?.type === "drd") manager.getActiveViewer()?.get("canvas").resized();
    fit(manager);
  }).observe(place);
}

export function listenToZoom(manager: Manager): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-tb-zoom]");
    if (!button || manager.getActiveView()?.type !== "drd") return;
    if (button.dataset.tbZoom === "fit") fit(manager);
    const canvas = manager.getActiveViewer()?.get("canvas");
    if (button.dataset.tbZoom === "in") canvas?.zoom(canvas.zoom() * STEP);
    if (button.dataset.tbZoom === "out") canvas?.zoom(canvas.zoom() / STEP);
  });
}
