/** Elements. The description enters the page as text only. */

export const byId = id => document.getElementById(id);

export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(key, value);
    else node.setAttribute(key, value);
  }
  node.append(...children.filter(child => child !== null && child !== undefined && child !== ''));
  return node;
}

/** `code` in backticks. */
export function inline(text) {
  return text.split('`').map((part, index) => index % 2 ? element('code', {}, part) : part);
}

/** Paragraphs, lists and tables, as the descriptions have them. */
export function prose(text) {
  const blocks = (text ?? '').trim().split(/\n\s*\n/).filter(Boolean);
  return blocks.map(block => {
    const lines = block.split('\n');
    if (lines.length > 1 && lines.every(line => line.startsWith('|'))) return proseTable(lines);
    return lines[0].startsWith('- ') ? proseList(block) : element('p', {}, ...inline(block));
  });
}

function proseList(block) {
  const items = block.split(/^- /m).slice(1);
  return element('ul', {}, ...items.map(item => element('li', {}, ...inline(item))));
}

function proseTable(lines) {
  const cells = line => line.split('|').slice(1, -1).map(cell => inline(cell.trim()));
  const [head, , ...rows] = lines.map(cells);
  return table(head, rows);
}

/** Cells are text, an element or a list of them; the first of a row is its head. */
export function table(head, rows) {
  const cell = (kind, content, attributes = {}) => element(kind, attributes, ...[content].flat());
  const row = ([first, ...rest]) =>
    element('tr', {}, cell('th', first, { scope: 'row' }), ...rest.map(content => cell('td', content)));
  return element('div', { class: 'scroll' }, element('table', {},
    element('thead', {}, element('tr', {}, ...head.map(content => cell('th', content, { scope: 'col' })))),
    element('tbody', {}, ...rows.map(row))));
}
