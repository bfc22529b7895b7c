// The licences of what is bundled travel with it; Tabler's stylesheet carries its own.
import { readdir, readFile, writeFile } from "node:fs/promises";

const BUNDLED = ["@tabler/icons", "echarts", "htmx.org", "tslib", "zrender"];
const NOTICE = /^(licen[cs]e|notice|copyright)/i;

export async function licences(target) {
  const texts = await Promise.all(BUNDLED.map(notices));
  await writeFile(target, texts.flat().join("\n\n"));
}

async function notices(name) {
  const folder = new URL(`../node_modules/${name}/`, import.meta.url);
  const files = (await readdir(folder, { withFileTypes: true })).filter(
    (entry) => entry.isFile() && NOTICE.test(entry.name),
  );
  if (files.length === 0) throw new Error(`${name} has no licence file.`);
  const texts = files.map((entry) => readFile(new URL(entry.name, folder), "utf8"));
  return [`== ${name} ==`, ...(await Promise.all(texts))];
}
