// One SVG file with a <symbol> for every icon that a template or the web box's Python names, and for
// every drawing in icons/. An icon is named as {% icon "check" %}, icon="check" or "icon": "check".
import { readdir, readFile, writeFile } from "node:fs/promises";
import { sources } from "./sources.mjs";

const NAMED = /\{%\s*icon\s+"([a-z0-9-]+)"|\bicon"?\s*[=:]\s*"([a-z0-9-]+)"/g;
const TABLER = new URL("../node_modules/@tabler/icons/icons/", import.meta.url);
const OWN = new URL("../icons/", import.meta.url);

export async function sprite(target) {
  const own = (await readdir(OWN)).map((file) => file.replace(/\.svg$/, ""));
  const used = new Set();
  for (const { text } of await sources(["html", "py"])) {
    for (const match of text.matchAll(NAMED)) used.add(match[1] ?? match[2]);
  }
  const tabler = [...used].filter((name) => !own.includes(name)).sort();
  const symbols = await Promise.all([
    ...own.sort().map((name) => symbol(name, new URL(`${name}.svg`, OWN))),
    ...tabler.map((name) => symbol(name, file(name))),
  ]);
  await writeFile(target, `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

function file(name) {
  const [folder, plain] = name.endsWith("-filled")
    ? ["filled", name.slice(0, -"-filled".length)]
    : ["outline", name];
  return new URL(`${folder}/${plain}.svg`, TABLER);
}

async function symbol(name, path) {
  const text = await readFile(path, "utf8").catch(() => {
    throw new Error(
      `There is no icon named "${name}": see tabler.io/icons or draw icons/${name}.svg.`,
    );
  });
  const [, box] = text.match(/viewBox="([^"]+)"/);
  const body = text
    .replace(/^[\s\S]*?<svg[^>]*>|<\/svg>[\s\S]*$/g, "")
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" ?\/>/, "")
    .replace(/\s+/g, " ")
    .replaceAll("> <", "><")
    .trim();
  return `<symbol id="${name}" viewBox="${box}">${body}</symbol>`;
}
