// Everything that may name a class or an icon: templates and Python of the web box, our scripts.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOTS = ["../../tongban/web", "../scripts"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

export async function sources(extensions) {
  const found = [];
  for (const root of ROOTS) {
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      const wanted = extensions.some((extension) => entry.name.endsWith(`.${extension}`));
      if (entry.isFile() && wanted && !path.includes("/dist/")) {
        found.push({ path, text: await readFile(path, "utf8") });
      }
    }
  }
  return found.sort((a, b) => a.path.localeCompare(b.path));
}
