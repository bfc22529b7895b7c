// A drawing to change: what is changed is put into the page's form when it is sent.
import Modeler from "dmn-js/lib/Modeler";
import type { Viewer } from "dmn-js/lib/NavigatedViewer";
import { type Definitions, Laws } from "./laws";
import { options } from "./options";
import { fetched, type Task } from "./task";
import { renamed, spelledOut } from "./versions";
import { fit, followTheWidth, listenToZoom } from "./zooming";

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
    sayUnsupported(place);
    return;
  }
  fit(modeler);
  listenToZoom(modeler);
  followTheWidth(place, modeler);
  choice.addEventListener("change", () => void show(modeler, choice.value));
  form.querySelector("[data-tb-save]")?.addEventListener("click", () => {
    void send(form, modeler, laws, back);
  });
  place.dataset.tbReady = "";
}

/** What the toolkit cannot read it would not write either: nothing may be saved here. */
function sayUnsupported(place: HTMLElement): void {
  const words = document.querySelector<HTMLTemplateElement>("#tb-unsupported");
  if (words) place.replaceChildren(words.content.cloneNode(true));
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

async function show(modeler: Modeler, id: string): Promise<void> {
  const view = modeler.getViews().find((each) => each.id === id);
  if (!view) return;
  await modeler.open(view);
  if (view.type === "drd") fit(modeler);
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

/** Whoever leaves with changes is asked first. Returns what is called with every change. */
function warnBeforeLeaving(): () => void {
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
