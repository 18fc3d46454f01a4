/** Findings: one number and one bar each; the rest on demand. */

import { byId, decimals, definitions, element, plural } from './elements.js';
import { toggleHeat } from '../viewer/heat.js';

const SCALES = [0.1, 0.2, 0.5, 1];

/** Half the width of the axis, which fits all scores and thresholds. */
function scaleOf(findings) {
  const largest = Math.max(...findings.flatMap(({ score, threshold }) => [score, threshold ?? 0]).map(Math.abs));
  return SCALES.find(scale => largest <= scale) ?? 1;
}

/** Positives first; the findings below their threshold are folded, unless there is nothing else to see. */
export function showFindings(findings) {
  const scale = scaleOf(findings);
  const positive = findings.filter(finding => finding.positive === true);
  const negative = findings.filter(finding => finding.positive === false);
  const open = findings.filter(finding => finding.positive === null);
  const parts = [hint(scale, findings)];
  if (findings.length > MOST_WITHOUT_FILTER) parts.push(filterField());
  if (positive.length) parts.push(list(positive, scale, `${plural(positive.length, 'finding')} above the threshold`));
  else if (negative.length) parts.push(element('p', { class: 'none' }, 'No finding is above its threshold.'));
  if (open.length) parts.push(list(open, scale, openTitle(open)));
  if (negative.length) parts.push(fold(negative, scale, !positive.length && !open.length));
  byId('findings').replaceChildren(...parts);
}

const MOST_WITHOUT_FILTER = 8;

function hint(scale, findings) {
  const tick = findings.some(({ threshold }) => threshold !== null) ? '; the tick is the finding’s threshold' : '';
  return element('p', { class: 'hint', id: 'bars-hint' }, `Each bar is a score, from 0 in the middle to ±${scale}${tick}.`);
}

/** Shows only findings whose label has the text, folded ones as well. */
function filterField() {
  let wasOpen = null;
  const input = ({ target }) => {
    const text = target.value.trim().toLowerCase();
    const rest = document.querySelector('.rest');
    if (rest && text && wasOpen === null) wasOpen = rest.open;
    if (rest && wasOpen !== null) rest.open = text ? true : wasOpen;
    if (!text) wasOpen = null;
    for (const line of document.querySelectorAll('.finding')) line.hidden = !line.dataset.label.toLowerCase().includes(text);
  };
  return element('input', { type: 'search', id: 'finding-filter', placeholder: 'Filter these findings', 'aria-label': 'Filter these findings', autocomplete: 'off', input });
}

/** What replaces "above" or "not above" where thresholds do not apply to the volume. */
const RESERVATIONS = { 'outside-domain': "outside the model's domain", 'domain-unknown': 'domain not measured' };

function openTitle(findings) {
  const reservation = RESERVATIONS[findings[0].decision];
  return reservation ? `${plural(findings.length, 'finding')}, no threshold applies: ${reservation}`
    : `${plural(findings.length, 'finding')} without a threshold`;
}

const list = (findings, scale, title) => element('section', { class: 'found', 'aria-label': title },
  element('h3', {}, title), rows(findings, scale));

const rows = (findings, scale) => element('ol', { class: 'finding-list' }, ...findings.map(finding => row(finding, scale)));

function fold(findings, scale, isOpen) {
  return element('details', { class: 'found rest', open: isOpen },
    element('summary', {}, `${plural(findings.length, 'finding')} not above the threshold`), rows(findings, scale));
}

function row(finding, scale) {
  const kind = finding.positive ? ' positive' : '';
  return element('li', { class: `finding${kind}`, 'data-label': finding.label },
    element('span', { class: 'label' }, finding.label, finding.truncated ? badge('cut off') : null),
    element('b', { class: 'score' }, decimals(finding.score)),
    bar(finding, scale),
    element('span', { class: 'row tools' }, whereButton(finding)),
    details(finding));
}

const badge = text => element('span', { class: 'badge' }, text);
const place = (value, scale) => 50 + 50 * value / scale;

/** From 0 to the score, with a mark at the threshold. The numbers beside it say the same. */
function bar({ score, threshold }, scale) {
  const style = { '--left': `${place(Math.min(0, score), scale)}%`, '--width': `${50 * Math.abs(score) / scale}%` };
  return element('div', { class: 'bars', 'aria-hidden': 'true' },
    element('div', { class: 'bar score-bar', style }),
    threshold === null ? null : element('span', { class: 'threshold', style: { '--left': `${place(threshold, scale)}%` } }));
}

function whereButton(finding) {
  return element('button', {
    type: 'button', class: 'small where', 'data-finding': finding.index, 'aria-pressed': 'false',
    'aria-label': `Show where: ${finding.label}`, click: () => toggleHeat(finding),
  }, 'Show where');
}

/** Made when it is opened: most are never looked at. */
function details(finding) {
  const box = element('details', { class: 'more' }, element('summary', { 'aria-label': `Details: ${finding.label}` }, 'Details'));
  box.addEventListener('toggle', () => {
    if (box.open && box.children.length === 1) box.append(facts(finding));
  });
  return box;
}

const DECISIONS = {
  'above-threshold': 'above its threshold', 'not-above-threshold': 'not above its threshold', 'no-threshold': 'no threshold',
  'outside-domain': "outside the model's domain: no threshold applies", 'domain-unknown': 'the distance from the domain is not known',
};

/** What a score of each kind is. */
const KINDS = {
  cosine_mean: 'the mean of the next two', pair_softmax: 'the share of the sentence against the one that denies it',
};

/** `percentile` is the share of all volumes that were stored when the finding was scored, whatever their number. */
const rankInArchive = percentile => `${Math.round(percentile * 100)} % of the volumes then stored score lower`;

function facts({ rank, text, texts, score, score_kind: kind, components, threshold, margin, percentile, stability, truncated, decision }) {
  const shown = value => value === null || value === undefined ? null : decimals(value);
  return definitions([
    ['Rank', String(rank)], ['Sentence', (texts ?? [text]).map(sentence => `“${sentence}”`).join(', ')],
    ['Score', [decimals(score), KINDS[kind]].filter(Boolean).join(', ')],
    ['Volume and sentence', `${shown(components.direct)} (direct: the cosine of both embeddings)`],
    ['By way of reports', components.bridged === undefined ? null
      : `${shown(components.bridged)} (bridged: the cosine after the knowledge bank)`],
    ['Volume and denial', components.negative === undefined ? null
      : `${shown(components.negative)} (the cosine of the sentence that denies it)`],
    ['Threshold', shown(threshold)], ['Decision', DECISIONS[decision] ?? decision], ['Margin', shown(margin)],
    ['Rank in the archive', percentile === null ? null : rankInArchive(percentile)],
    ['Wordings', stability && `scores differ by up to ${shown(stability.spread)}`],
    ['Cut off', truncated ? 'The text is longer than the model reads.' : null],
  ]);
}
