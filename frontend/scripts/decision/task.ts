// What the page asks for: it stands in a JSON block that [data-tb-drawing] names.
import { sayUnreachable } from "../unreachable";

export interface Task {
  url: string; // of the .dmn file
  words: Record<string, string>; // of the toolkit, in the reader's language
  labels: Record<string, string>; // of the model's elements, by their id
}

export function asked(place: HTMLElement): Task {
  const block = document.getElementById(place.dataset.tbDrawing ?? "");
  return JSON.parse(block?.textContent ?? "") as Task;
}

/** The text of the file; where the server cannot be reached the page says so. */
export async function fetched(url: string): Promise<string> {
  const response = await fetch(url).catch((error: unknown) => {
    sayUnreachable();
    throw error;
  });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.text();
}
