// What we use of bpmn-js.
import type { Canvas as Zoomed } from "../drawing/zooming";

export interface Business {
  id: string;
  name?: string;
  $type: string;
  get(name: string): unknown;
}

export interface Drawn {
  id: string;
  businessObject: Business;
  waypoints?: { x: number; y: number }[];
  width?: number;
  height?: number;
}

export interface Canvas extends Zoomed {
  addMarker(id: string, marker: string): void;
  removeMarker(id: string, marker: string): void;
  scrollToElement(element: Drawn, padding?: number): void;
}

export interface Overlays {
  add(id: string, kind: string, overlay: { position: object; html: HTMLElement }): string;
  remove(filter: { type: string }): void;
}

export interface Heard {
  element?: Drawn;
  newSelection?: Drawn[];
}

interface Services {
  canvas: Canvas;
  overlays: Overlays;
  elementRegistry: { get(id: string): Drawn | undefined; getAll(): Drawn[] };
  eventBus: { on(event: string, listener: (event: Heard) => void): void };
  selection: { select(element: Drawn): void; get(): Drawn[] };
  modeling: { updateProperties(element: Drawn, properties: Record<string, unknown>): void };
  moddle: { create(type: string, attributes: object): unknown };
}

export interface Toolkit {
  get<Name extends keyof Services>(name: Name): Services[Name];
}
