// What a page asks of a drawing: it stands in a JSON block that the drawing's place names.
import { sayUnreachable } from "../unreachable";

export function asked<Task>(block: string | undefined): Task {
  return JSON.parse(document.getElementById(block ?? "")?.textContent ?? "") as Task;
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
