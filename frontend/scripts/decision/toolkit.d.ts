// What we use of dmn-js, which comes without types.
declare module "dmn-js/lib/*" {
  interface Listening {
    on(event: string, listener: (event: { element?: DrawnElement; viewer?: Viewer }) => void): void;
  }

  interface ModelElement {
    id: string;
    name?: string;
    label?: string;
    $type: string;
    drgElement?: ModelElement[];
  }

  interface DrawnElement {
    id: string;
    businessObject?: ModelElement;
  }

  interface Canvas {
    zoom(level: number | "fit-viewport", center?: "auto"): number;
    zoom(): number;
    resized(): void;
    scroll(by: { dx: number; dy: number }): unknown;
    addMarker(id: string, marker: string): void;
    removeMarker(id: string, marker: string): void;
  }

  export interface Viewer {
    get(service: "canvas"): Canvas;
    get(service: "eventBus"): Listening;
    get(service: "elementRegistry"): { get(id: string): DrawnElement | undefined };
  }

  export interface View {
    id: string;
    name?: string;
    type: "drd" | "decisionTable" | "literalExpression" | "boxedExpression";
    element: ModelElement;
  }

  export default class Manager implements Listening {
    constructor(options: object);
    importXML(xml: string): Promise<{ warnings: unknown[] }>;
    saveXML(options: { format: boolean }): Promise<{ xml: string }>;
    getViews(): View[];
    getActiveView(): View | undefined;
    getActiveViewer(): Viewer | undefined;
    open(view: View): Promise<unknown>;
    getDefinitions(): object;
    on(event: string, listener: (event: never) => unknown): void;
  }
}
