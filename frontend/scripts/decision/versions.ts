// The toolkit knows the names of DMN 1.3 only. What it knows of has not changed since, so a model of
// 1.4 or 1.5 is shown under these names and written back under its own; what was added later makes
// the toolkit complain when it reads the model.
const OMG = "https://www.omg.org/spec/DMN/";
const KNOWN = { model: `${OMG}20191111/MODEL/`, drawing: `${OMG}20191111/DMNDI/` };
const LATER = {
  model: [`${OMG}20230324/MODEL/`, `${OMG}20211108/MODEL/`],
  drawing: [`${OMG}20230324/DMNDI/`],
};

export interface Renamed {
  xml: string;
  back: (xml: string) => string;
}

export function renamed(xml: string): Renamed {
  const pairs = (["model", "drawing"] as const).flatMap((part) => {
    const own = LATER[part].find((name) => xml.includes(`"${name}"`));
    return own ? [[own, KNOWN[part]] as const] : [];
  });
  return {
    xml: pairs.reduce((text, [own, known]) => text.replaceAll(`"${own}"`, `"${known}"`), xml),
    back: (text) =>
      pairs.reduce((found, [own, known]) => found.replaceAll(`"${known}"`, `"${own}"`), text),
  };
}

/** The toolkit leaves out what is so by default; a table of ours always says how its rules hit. */
export function spelledOut(xml: string): string {
  return xml.replace(/<((?:\w+:)?decisionTable)(?![^>]*\shitPolicy=)/g, '<$1 hitPolicy="UNIQUE"');
}
