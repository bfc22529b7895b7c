// A diagram to change: it is judged after every change, and what is changed is put into the page's
// form when it is sent.
import Modeler from "bpmn-js/lib/Modeler";
import { fetched } from "../drawing/asked";
import { followFingers } from "../drawing/fingers";
import { sayInstead, warnBeforeLeaving } from "../drawing/leaving";
import { fit, followTheWidth, listenToZoom } from "../drawing/zooming";
import { Judge } from "./judging";
import { connect, mark } from "./marking";
import { options } from "./options";
import { furnish } from "./panel";
import type { EditTask } from "./task";
import type { Toolkit } from "./toolkit";

// Their icons bear styles that our Content-Security-Policy refuses.
const LEFT_OUT = {
  alignElementsContextPadProvider: ["value", null],
  alignElementsMenuProvider: ["value", null],
  distributeElementsMenuProvider: ["value", null],
};

export async function edit(place: HTMLElement, task: EditTask): Promise<void> {
  const form = document.querySelector<HTMLFormElement>("[data-tb-draft]");
  const panel = document.querySelector<HTMLElement>("[data-tb-panel]");
  if (!form || !panel) return;
  const modeler = new Modeler(options(place, task, LEFT_OUT));
  const diagram = modeler as unknown as Toolkit;
  if (!(await imported(modeler, place, task))) return;
  const shown = () => diagram.get("canvas");
  fit(shown, place);
  listenToZoom(shown, place);
  followTheWidth(place, shown);
  followFingers(place, shown);
  mark(diagram, task.marks);
  connect(diagram, (element) => {
    diagram.get("selection").select(element);
    diagram.get("canvas").scrollToElement(element, 40);
    place.scrollIntoView({ block: "nearest" });
  });
  furnish(panel, diagram, task);
  const changed = warnBeforeLeaving();
  const judge = new Judge(diagram, task, async () => (await modeler.saveXML({ format: true })).xml);
  diagram.get("eventBus").on("commandStack.changed", () => {
    changed();
    judge.soon();
  });
  form.querySelector("[data-tb-save]")?.addEventListener("click", () => void send(form, modeler));
  place.dataset.tbReady = "";
}

/** Whether the toolkit knows all that the file says; else it would be lost. */
async function imported(modeler: Modeler, place: HTMLElement, task: EditTask): Promise<boolean> {
  const known = await modeler
    .importXML(await fetched(task.url))
    .then(({ warnings }) => warnings.length === 0)
    .catch(() => false);
  if (!known) sayInstead(place, "#tb-unsupported");
  return known;
}

async function send(form: HTMLFormElement, modeler: Modeler): Promise<void> {
  const { xml } = await modeler.saveXML({ format: true });
  const field = form.elements.namedItem("process") as HTMLInputElement;
  field.value = xml ?? "";
  form.requestSubmit();
}
