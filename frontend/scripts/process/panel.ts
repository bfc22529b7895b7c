// The properties of what is selected: names, who does it, what it uses. The server says which
// properties a kind of element has.
import type { EditTask, PanelField } from "./task";
import type { Business, Drawn, Toolkit } from "./toolkit";

export function furnish(panel: HTMLElement, diagram: Toolkit, task: EditTask): void {
  const show = () => {
    const [element, ...others] = diagram.get("selection").get();
    const fields = element && others.length === 0 ? task.fields[element.businessObject.$type] : [];
    if (element && fields?.length) draw(panel, diagram, element, fields);
    else say(panel, task.said.none);
  };
  show();
  diagram.get("eventBus").on("selection.changed", show);
  diagram.get("eventBus").on("element.changed", () => {
    if (!panel.contains(document.activeElement)) show();
  });
}

function say(panel: HTMLElement, words: string): void {
  const line = document.createElement("p");
  line.className = "tb-small mb-0";
  line.textContent = words;
  panel.replaceChildren(line);
}

function draw(panel: HTMLElement, diagram: Toolkit, element: Drawn, fields: PanelField[]): void {
  const heading = document.createElement("p");
  heading.className = "tb-mono tb-small";
  heading.textContent = element.id;
  panel.replaceChildren(heading, ...fields.map((field) => control(diagram, element, field)));
}

function control(diagram: Toolkit, element: Drawn, field: PanelField): HTMLElement {
  const label = document.createElement("label");
  const name = document.createElement("span");
  name.textContent = field.label;
  const held = value(element.businessObject, field);
  const input = field.kind === "select" ? choice(field, held) : line(field, held);
  input.name = field.name;
  input.addEventListener("change", () => set(diagram, element, field, input.value.trim()));
  label.append(name, input);
  return label;
}

function choice({ options }: PanelField, held: string): HTMLSelectElement {
  const select = document.createElement("select");
  select.className = "form-select";
  const known: [string, string][] = [["", ""], ...options];
  if (!known.some(([value]) => value === held)) known.push([held, held]);
  select.append(...known.map(([value, label]) => new Option(label, value, false, value === held)));
  return select;
}

function line({ kind }: PanelField, held: string): HTMLInputElement {
  const input = document.createElement("input");
  input.className = `form-control${kind === "feel" ? " tb-mono" : ""}`;
  input.value = held;
  input.autocomplete = "off";
  if (kind === "number") input.inputMode = "numeric";
  return input;
}

function value(business: Business, { name }: PanelField): string {
  if (name !== "condition") return String(business.get(name) ?? "");
  const condition = business.get("conditionExpression") as { body?: string } | undefined;
  return condition?.body ?? "";
}

function set(diagram: Toolkit, element: Drawn, { name }: PanelField, text: string): void {
  if (name !== "condition") {
    diagram.get("modeling").updateProperties(element, { [name]: text || undefined });
    return;
  }
  const body = { body: text };
  const condition = text ? diagram.get("moddle").create("bpmn:FormalExpression", body) : undefined;
  diagram.get("modeling").updateProperties(element, { conditionExpression: condition });
}
