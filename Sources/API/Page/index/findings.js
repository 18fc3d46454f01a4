// ---- Findings as bars.

const SCALES = [0.1, 0.2, 0.5, 1];

/** Half the width of the axis, which fits all parts of all findings. */
function scaleOf(findings) {
  const values = findings.flatMap(finding => [finding.score, finding.threshold ?? 0, ...Object.values(finding.components)]);
  const largest = Math.max(...values.map(Math.abs));
  return SCALES.find(scale => largest <= scale) ?? 1;
}

function findingsView(findings) {
  const scale = scaleOf(findings);
  const explanation = 'A score is the mean of two cosines: direct, cos(v, t), and bridged, cos(v̂, t), by way of the '
    + `knowledge bank. The bars reach from −${scale} to ${scale}.`;
  return [element('p', { class: 'hint' }, explanation), findingsTable(findings, scale)];
}

function findingsTable(findings, scale) {
  const ends = [`−${scale}`, '0', String(scale)].map(end => element('span', {}, end));
  const axis = element('span', { class: 'scale', 'aria-hidden': 'true' }, ...ends);
  const heads = [
    element('th', { scope: 'col', role: 'columnheader' }, '#'),
    element('th', { scope: 'col', role: 'columnheader' }, 'Finding'),
    element('th', { scope: 'col', role: 'columnheader', class: 'similarity' }, 'Similarity (−1 to 1)', axis),
    element('th', { scope: 'col', role: 'columnheader', class: 'where' }, 'Where'),
  ];
  // Explicit roles, because a narrow window lays the rows out as grids, which hides them.
  return element('table', { role: 'table' },
    element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, ...heads)),
    element('tbody', { role: 'rowgroup' }, ...findings.map(finding => findingRow(finding, scale))));
}

function findingRow(finding, scale) {
  return element('tr', { role: 'row' },
    element('td', { role: 'cell', class: 'rank' }, String(finding.rank)),
    element('th', { role: 'rowheader', scope: 'row' }, finding.label, encodedText(finding), badges(finding)),
    element('td', { role: 'cell', class: 'similarity' }, bars(finding, scale), parts(finding)),
    element('td', { role: 'cell', class: 'where' }, whereButton(finding)));
}

function encodedText(finding) {
  const texts = finding.texts ?? [finding.text];
  return element('span', { class: 'encoded' }, texts.map(text => `“${text}”`).join(', '));
}

/** What replaces "above" or "not above" where thresholds do not apply to the volume. */
const RESERVATIONS = { 'outside-domain': "outside the model's domain", 'domain-unknown': 'domain not measured' };

function badges(finding) {
  const result = document.createDocumentFragment();
  if (finding.positive !== null) {
    const kind = finding.positive ? 'positive' : 'negative';
    const text = finding.positive ? 'above its threshold' : 'not above its threshold';
    result.append(element('span', { class: `badge ${kind}` }, text), ' ');
  }
  const reservation = RESERVATIONS[finding.decision];
  if (reservation) result.append(element('span', { class: 'badge' }, reservation), ' ');
  if (finding.truncated) result.append(element('span', { class: 'badge' }, 'cut off: the text is longer than the model reads'));
  return result;
}

function bars(finding, scale) {
  const { score, threshold, components: { direct, bridged } } = finding;
  const box = element('div', { class: 'bars', 'aria-hidden': 'true' },
    bar('score', score, scale), bar('direct', direct, scale), bar('bridged', bridged, scale));
  if (threshold !== null) box.append(element('span', { class: 'threshold', style: `--left:${place(threshold, scale)}%` }));
  return box;
}

const place = (value, scale) => 50 + 50 * value / scale;

function bar(kind, value, scale) {
  const left = place(Math.min(0, value), scale);
  return element('div', { class: `bar ${kind}`, style: `--left:${left}%;--width:${50 * Math.abs(value) / scale}%` });
}

function parts(finding) {
  const line = element('div', { class: 'parts' }, element('b', {}, decimals(finding.score)));
  const add = (name, value, kind) => {
    if (value !== null && value !== undefined) line.append(element('span', { class: kind ?? '' }, `${name} ${decimals(value)}`));
  };
  add('direct', finding.components.direct, 'direct');
  add('bridged', finding.components.bridged, 'bridged');
  add('threshold', finding.threshold, 'threshold');
  add('margin', finding.margin);
  add('percentile', finding.percentile);
  add('spread', finding.stability?.spread);
  return line;
}

function whereButton(finding) {
  return element('button', {
    type: 'button', class: 'small', 'data-finding': finding.index, 'aria-pressed': 'false',
    'aria-label': `Show where: ${finding.label}`, click: () => toggleHeat(finding),
  }, 'Show where');
}

/** Fetched, not linked, so that the key is sent. */
async function save(path, accept, name) {
  const response = await call(path, { headers: { Accept: accept } });
  const address = URL.createObjectURL(await response.blob());
  element('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

function saveDiagnosis({ currentTarget: { dataset } }) {
  const { id } = state.diagnosis;
  return attempt(byId('problem'), () => save(`/v1/diagnoses/${id}`, dataset.format, `${id}.${dataset.ending}`));
}
