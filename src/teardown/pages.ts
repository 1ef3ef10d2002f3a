/** What plan and receipt share: lines and sections for a terminal, and a page of HTML that needs nothing else. */

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

export function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

/** Nothing where there is nothing to say. */
export function textSection(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

/** @param page its `style` and `body` as HTML, its `title` as text. */
export function htmlPage(page: {
  readonly title: string;
  readonly style: string;
  readonly body: string;
}): string {
  const title = escapeHtml(page.title);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${commonStyle}${page.style}</style>
</head>
<body>
<h1>${title}</h1>
${page.body}
</body>
</html>
`;
}

/** Nothing where there is nothing to say. */
export function htmlSection(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  return `<section>
<h2>${escapeHtml(title)}</h2>
${htmlList(lines)}
</section>`;
}

export function htmlList(lines: readonly string[]): string {
  if (lines.length === 0) return "";
  return `<ul>
${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join("\n")}
</ul>`;
}

/** For text and for quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

const commonStyle = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color: #1b1f24; background: #fff; }
h2 { font-size: 1rem; margin: 0 0 .5rem; }
`;
