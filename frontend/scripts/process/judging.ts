// Judged as it is drawn: shortly after a change the server is asked what it finds in the text.
import { sayUnreachable } from "../unreachable";
import { mark } from "./marking";
import type { EditTask, Finding, Mark } from "./task";
import type { Toolkit } from "./toolkit";

const PAUSE = 600; // milliseconds without a change

export class Judge {
  private timer = 0;
  private asked = 0;

  constructor(
    private readonly diagram: Toolkit,
    private readonly task: EditTask,
    private readonly text: () => Promise<string | undefined>,
  ) {}

  soon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.judge(), PAUSE);
  }

  private async judge(): Promise<void> {
    this.asked += 1;
    const mine = this.asked;
    const answer = await this.ask((await this.text()) ?? "");
    if (!answer || mine !== this.asked) return; // a later change was judged meanwhile
    mark(this.diagram, answer.marks);
    this.list(answer.findings);
  }

  private async ask(process: string): Promise<{ findings: Finding[]; marks: Mark[] } | undefined> {
    const token = document.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]");
    const body = new URLSearchParams({ process, csrfmiddlewaretoken: token?.value ?? "" });
    const response = await fetch(this.task.check, { method: "POST", body }).catch(sayUnreachable);
    return response?.ok ? response.json() : undefined;
  }

  private list(findings: Finding[]): void {
    const { said } = this.task;
    const errors = findings.filter(({ is_error }) => is_error).length;
    const counted = [
      errors && `${said.error} ${errors}`,
      findings.length - errors && `${said.warning} ${findings.length - errors}`,
    ].filter(Boolean);
    const summary = document.querySelector("[data-tb-judged]");
    if (summary) summary.textContent = counted.join(" · ") || said.nothing;
    const list = element("ul", "tb-found", ...findings.map((each) => this.line(each)));
    document.querySelector("[data-tb-found]")?.replaceChildren(list);
  }

  private line(found: Finding): HTMLElement {
    const { said } = this.task;
    const kind = element("span", `tb-tag ${found.is_error ? "bad" : "unknown"}`);
    kind.textContent = found.is_error ? said.error : said.warning;
    const place = found.element ? element("button", "tb-linklike") : element("b", "tb-b");
    place.textContent = found.element ? found.label : said.file;
    if (found.element) {
      place.dataset.tbShow = found.element;
      place.setAttribute("type", "button");
    }
    const rule = element("code", "tb-small tb-end");
    rule.textContent = found.rule;
    const words = element("p", "");
    words.textContent = `${found.words} ${found.way_out}`.trim();
    const line = element("li", found.is_error ? "is-error" : "");
    line.append(element("div", "tb-row", kind, place, rule), words);
    line.dataset.tbStep = found.element;
    return line;
  }
}

function element(tag: string, look: string, ...inside: Node[]): HTMLElement {
  const made = document.createElement(tag);
  made.className = look;
  made.append(...inside);
  return made;
}
