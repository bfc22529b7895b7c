// The licences of what is bundled travel with it; Tabler's stylesheet carries its own.
import { readdir, readFile, writeFile } from "node:fs/promises";

const DRAWN = ["@tabler/icons"]; // read by the sprite, not by the bundler
const PACKAGE = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const NOTICE = /^(licen[cs]e|notice|copyright)/i;

/** `metafile` is the bundler's: it names every file that went into a script or a stylesheet. */
export async function licences(target, metafile) {
  const packages = Object.keys(metafile.inputs).flatMap((path) => path.match(PACKAGE)?.[1] ?? []);
  const names = [...new Set([...DRAWN, ...packages])].sort();
  const texts = await Promise.all(names.map(notices));
  await writeFile(target, texts.flat().join("\n\n"));
}

async function notices(name) {
  const folder = new URL(`../node_modules/${name}/`, import.meta.url);
  const files = (await readdir(folder, { withFileTypes: true })).filter(
    (entry) => entry.isFile() && NOTICE.test(entry.name),
  );
  const texts = files.map((entry) => readFile(new URL(entry.name, folder), "utf8"));
  if (files.length === 0) texts.push(declared(name, folder));
  return [`== ${name} ==`, ...(await Promise.all(texts))];
}

/** What a package without a licence file says of itself. */
async function declared(name, folder) {
  const { license, author } = JSON.parse(await readFile(new URL("package.json", folder), "utf8"));
  if (!license) throw new Error(`${name} has no licence.`);
  return [license, typeof author === "string" ? author : author?.name].filter(Boolean).join("\n");
}
