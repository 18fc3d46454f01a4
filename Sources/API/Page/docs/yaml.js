// The YAML that openapi.yaml uses: block and flow maps and lists, quoted, plain, | and > texts, comments.
// No anchors, tags, several documents or complex keys: the repository's test compares this with a full reader.

const KEY = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'[\]{}#&*!|>%@`,-][^]*?|-[^\s][^]*?)\s*:(?:\s+|$)/;
const OPENERS = '[{', CLOSERS = ']}';

class YAMLReader {
  constructor(text) {
    this.lines = text.split(/\r?\n/);
    this.row = 0;
  }

  document() {
    const value = this.block(0);
    if (this.next() !== null) throw this.error('cannot be read');
    return value;
  }

  error(what) {
    return new SyntaxError(`Line ${this.row + 1} ${what}`);
  }

  /** The indentation of the next line that says something, or null at the end. */
  next() {
    while (this.row < this.lines.length && /^\s*(#.*)?$/.test(this.lines[this.row])) this.row++;
    return this.row < this.lines.length ? this.lines[this.row].search(/\S/) : null;
  }

  /** What stands at `least` columns or more. */
  block(least) {
    const indent = this.next();
    if (indent === null || indent < least) return null;
    const line = this.lines[this.row].trim();
    if (isItem(line)) return this.list(indent);
    return KEY.test(line) ? this.map(indent) : this.value(line, indent - 1);
  }

  list(indent) {
    const items = [];
    while (this.next() === indent && isItem(this.lines[this.row].trim())) {
      // The dash becomes a space: what follows it is a block.
      this.lines[this.row] = this.lines[this.row].replace('-', ' ');
      items.push(this.block(indent + 1));
    }
    return items;
  }

  map(indent) {
    const result = {};
    while (this.next() === indent) {
      const line = this.lines[this.row].trim();
      const key = line.match(KEY);
      if (!key) throw this.error('has no key');
      result[unquoted(key[1])] = this.member(line.slice(key[0].length), indent);
    }
    return result;
  }

  /** The value of a key: what follows it in the line, or the block below. A list may stand below the key itself. */
  member(rest, indent) {
    if (rest && !rest.startsWith('#')) return this.value(rest, indent);
    this.row++;
    const isList = this.next() === indent && isItem(this.lines[this.row].trim());
    return this.block(isList ? indent : indent + 1);
  }

  value(text, indent) {
    this.row++;
    if (/^[|>][+-]?\s*(#.*)?$/.test(text)) return this.blockText(text, indent);
    if (OPENERS.includes(text[0])) return flowValue(this.continued(text, indent, isBalanced));
    if (text[0] === '"' || text[0] === "'") return flowValue(this.continued(text, indent, isClosedQuote));
    return scalar(this.continued(withoutComment(text), indent, () => false));
  }

  /** A value and the deeper lines that go on with it, until it is complete. */
  continued(text, indent, isComplete) {
    while (!isComplete(text) && this.next() > indent) text += ` ${withoutComment(this.lines[this.row++].trim())}`;
    return text;
  }

  blockText(header, indent) {
    const rows = [];
    while (this.row < this.lines.length && (this.lines[this.row].search(/\S/) > indent || !this.lines[this.row].trim())) {
      rows.push(this.lines[this.row++]);
    }
    const margin = Math.min(...rows.filter(row => row.trim()).map(row => row.search(/\S/)));
    const text = rows.map(row => row.slice(margin)).join('\n').replace(/\n+$/, '');
    const ending = header[1] === '-' || !text ? '' : '\n';
    return (header[0] === '>' ? folded(text) : text) + ending;
  }
}

const isItem = line => line === '-' || line.startsWith('- ');
const withoutComment = text => text.replace(/(^|\s)#.*$/, '').trimEnd();
/** A single line break becomes a space, an empty line a line break; deeper lines stay as they are. */
const folded = text => text.replace(/(\S)\n(?=\S)/g, '$1 ').replace(/\n\n/g, '\n');
const isClosedQuote = text => QUOTED.test(text);
const QUOTED = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/;

function isBalanced(text) {
  const bare = text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/g, '');
  const count = set => [...bare].filter(letter => set.includes(letter)).length;
  return count(OPENERS) === count(CLOSERS);
}

function unquoted(text) {
  if (text[0] === '"') return JSON.parse(text);
  if (text[0] === "'") return text.slice(1, -1).replaceAll("''", "'");
  return text;
}

function scalar(text) {
  if (text === '' || text === '~' || text === 'null') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  return /^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : text;
}

function flowValue(text) {
  const reader = { text, at: 0 };
  return flow(reader);
}

function flow(reader) {
  skipSpace(reader);
  const first = reader.text[reader.at];
  if (first === '[') return flowList(reader);
  if (first === '{') return flowMap(reader);
  return flowScalar(reader, /[,\]}]|:(?=\s)/);
}

function skipSpace(reader) {
  while (/\s/.test(reader.text[reader.at] ?? '')) reader.at++;
}

function flowScalar(reader, end) {
  const rest = reader.text.slice(reader.at);
  const quoted = rest.match(QUOTED);
  const length = quoted ? quoted[0].length : rest.search(end);
  const text = rest.slice(0, length < 0 ? rest.length : length).trim();
  reader.at += length < 0 ? rest.length : length;
  return quoted ? unquoted(text) : scalar(text);
}

/** Calls `member` for each member until `close`. */
function members(reader, close, member) {
  for (reader.at++; ; ) {
    skipSpace(reader);
    const letter = reader.text[reader.at];
    if (letter === undefined) throw new SyntaxError(`A “${close}” is missing`);
    if (letter === close) return reader.at++;
    if (letter === ',') reader.at++;
    else member();
  }
}

function flowList(reader) {
  const items = [];
  members(reader, ']', () => items.push(flow(reader)));
  return items;
}

function flowMap(reader) {
  const result = {};
  members(reader, '}', () => {
    const key = String(flowScalar(reader, /:/));
    skipSpace(reader);
    if (reader.text[reader.at] === ':') reader.at++;
    result[key] = flow(reader);
  });
  return result;
}

export const readYAML = text => new YAMLReader(text).document();
