// What the page of a decision asks for.
import * as drawing from "../drawing/asked";

export interface Task {
  url: string; // of the .dmn file
  words: Record<string, string>; // of the toolkit, in the reader's language
  labels: Record<string, string>; // of the model's elements, by their id
}

export const asked = (place: HTMLElement): Task => drawing.asked<Task>(place.dataset.tbDrawing);
