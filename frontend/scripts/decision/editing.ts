// A drawing to change: what is changed is put into the page's form when it is sent.
import Modeler from "dmn-js/lib/Modeler";
import type { Viewer } from "dmn-js/lib/NavigatedViewer";
import { fetched } from "../drawing/asked";
import { followFingers } from "../drawing/fingers";
import { sayInstead, warnBeforeLeaving } from "../drawing/leaving";
import { fit, followTheWidth, listenToZoom, type Shown } from "../drawing/zooming";
import { type Definitions, Laws } from "./laws";
import { options } from "./options";
import type { Task } from "./task";
import { renamed, spelledOut } from "./versions";
import { graph } from "./zooming";

export async function edit(place: HTMLElement, task: Task): Promise<void> {
  const modeler = new Modeler(options(place, task));
  const form = document.querySelector<HTMLFormElement>("[data-tb-draft]");
  const choice = document.querySelector<HTMLSelectElement>("[data-tb-views]");
  if (!form || !choice) return;
  const changed = warnBeforeLeaving();
  modeler.on("viewer.created", ({ viewer }: { viewer: Viewer }) => {
    viewer.get("eventBus").on("elements.changed", changed);
  });
  modeler.on("views.changed", () => offerViews(choice, modeler, task));
  const laws = new Laws();
  modeler.on("import.parse.complete", ({ definitions }: { definitions?: Definitions }) => {
    if (definitions) laws.show(definitions);
  });
  const { xml, back } = renamed(await fetched(task.url));
  const { warnings } = await modeler.importXML(xml);
  if (warnings.length > 0) {
    sayInstead(place, "#tb-unsupported");
    return;
  }
  const shown = graph(modeler);
  fit(shown);
  listenToZoom(shown);
  followTheWidth(place, shown);
  followFingers(place, shown);
  choice.addEventListener("change", () => void show(modeler, choice.value, shown));
  form.querySelector("[data-tb-save]")?.addEventListener("click", () => {
    void send(form, modeler, laws, back);
  });
  place.dataset.tbReady = "";
}

async function send(
  form: HTMLFormElement,
  modeler: Modeler,
  laws: Laws,
  back: (xml: string) => string,
): Promise<void> {
  const showAgain = laws.keep(modeler.getDefinitions());
  const { xml } = await modeler.saveXML({ format: true });
  showAgain();
  const field = form.elements.namedItem("decision") as HTMLInputElement;
  field.value = back(spelledOut(xml));
  form.requestSubmit();
}

async function show(modeler: Modeler, id: string, shown: Shown): Promise<void> {
  const view = modeler.getViews().find((each) => each.id === id);
  if (!view) return;
  await modeler.open(view);
  fit(shown);
}

function offerViews(choice: HTMLSelectElement, modeler: Modeler, { words }: Task): void {
  const shown = modeler.getActiveView()?.id;
  choice.replaceChildren(
    ...modeler.getViews().map(({ id, type, name, element }) => {
      const label = type === "drd" ? (words.Graph ?? "Graph") : (element.label ?? name ?? id);
      return new Option(label, id, false, id === shown);
    }),
  );
}
