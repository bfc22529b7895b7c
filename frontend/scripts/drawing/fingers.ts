// The toolkit hears no fingers: one moves the drawing, two make it larger or smaller.
import type { Point, Shown } from "./zooming";
import { zoomBy } from "./zooming";

export function followFingers(place: HTMLElement, shown: Shown): void {
  const fingers = new Map<number, Point>();
  place.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch") fingers.set(event.pointerId, at(event));
  });
  for (const over of ["pointerup", "pointercancel"] as const) {
    addEventListener(over, ({ pointerId }) => fingers.delete(pointerId));
  }
  addEventListener("pointermove", (event) => {
    const was = fingers.get(event.pointerId);
    const canvas = shown();
    if (!was || !canvas) return;
    const now = at(event);
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    fingers.set(event.pointerId, now);
    const part = other ? 0.5 : 1; // both fingers tell of the same movement
    canvas.scroll({ dx: (now.x - was.x) * part, dy: (now.y - was.y) * part });
    if (other) zoomBy(canvas, apart(now, other) / apart(was, other), within(place, now, other));
  });
}

const at = ({ clientX, clientY }: PointerEvent): Point => ({ x: clientX, y: clientY });

const apart = (one: Point, other: Point): number =>
  Math.max(Math.hypot(one.x - other.x, one.y - other.y), 1);

/** The point between two fingers, from the corner of the place. */
function within(place: HTMLElement, one: Point, other: Point): Point {
  const { left, top } = place.getBoundingClientRect();
  return { x: (one.x + other.x) / 2 - left, y: (one.y + other.y) / 2 - top };
}
