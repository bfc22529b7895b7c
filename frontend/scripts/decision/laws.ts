// The law of a rule stands in an annotation, which the toolkit keeps but does not show: its column
// of annotations shows the rule's description. While a model is edited, each law is shown there; it
// is put back into its annotation before the model is written.
const COLUMNS = ["law", "依据"]; // as engines/decisions/labels.py looks for them

interface Texts {
  text?: string;
}

interface Rule {
  annotationEntry?: Texts[];
  description?: string;
  $model: { create(type: string, attributes: object): Texts };
  set(name: string, value: unknown): void;
}

interface Table {
  annotation?: { name?: string }[];
  rule?: Rule[];
}

export interface Definitions {
  drgElement?: { id: string; name?: string; decisionLogic?: Table }[];
}

export class Laws {
  private readonly described = new WeakSet<Rule>(); // those that have words of their own

  show(definitions: Definitions): void {
    for (const [rule, column] of rules(definitions)) {
      if (rule.description) this.described.add(rule);
      else rule.set("description", rule.annotationEntry?.[column]?.text || undefined);
    }
  }

  /** Returns how to show them again. */
  keep(definitions: Definitions): () => void {
    const moved: [Rule, string][] = [];
    for (const [rule, column, columns] of rules(definitions)) {
      const text = rule.description ?? "";
      if (this.described.has(rule) || (!text && !rule.annotationEntry)) continue;
      rule.annotationEntry ??= columns.map(() => create(rule));
      const entry = rule.annotationEntry[column];
      if (!entry) continue;
      entry.text = text;
      rule.set("description", undefined);
      moved.push([rule, text]);
    }
    return () => {
      for (const [rule, text] of moved) rule.set("description", text || undefined);
    };
  }
}

function create(rule: Rule): Texts {
  return rule.$model.create("dmn:RuleAnnotation", { text: "" });
}

/** Every rule of a table that has annotations, with the place of its law. */
function* rules({ drgElement }: Definitions): Generator<[Rule, number, object[]]> {
  for (const { decisionLogic } of drgElement ?? []) {
    const columns = decisionLogic?.annotation ?? [];
    const named = columns.findIndex(({ name }) => COLUMNS.includes(name?.toLowerCase() ?? ""));
    if (columns.length === 0) continue;
    for (const rule of decisionLogic?.rule ?? []) yield [rule, Math.max(named, 0), columns];
  }
}
