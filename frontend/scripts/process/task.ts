// What the page of a process asks for.
export interface Badge {
  text: string;
  says: string;
  kind: string;
  place: "right" | "left" | "below" | "middle";
}

export interface Mark {
  element: string;
  look: string;
  badges: Badge[];
}

export interface Task {
  url: string; // of the .bpmn file
  words: Record<string, string>; // of the toolkit, in the reader's language
  labels: Record<string, string>; // of the model's elements, by their id; empty: as written
  marks: Mark[];
}

/** `name` is a property of the element; "condition" is the text of a flow's condition. */
export interface PanelField {
  name: string;
  label: string;
  kind: "text" | "number" | "select" | "feel";
  options: [value: string, label: string][];
}

export interface Finding {
  is_error: boolean;
  rule: string;
  element: string;
  label: string;
  words: string;
  way_out: string;
}

export interface EditTask extends Task {
  fields: Record<string, PanelField[]>; // by the kind of element
  extension: object; // our own attributes
  check: string; // where a text is judged
  said: Record<"error" | "warning" | "none" | "nothing" | "file", string>;
}
