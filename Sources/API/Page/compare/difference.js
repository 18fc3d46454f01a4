/** The difference of two diagnoses, finding by finding. */

import { byId, decimals, element, lowerFirst, plural } from '../app/elements.js';

/** Findings that changed sides of their threshold come first, then those whose scores differ most. */
export function showDifference(roles, [first, second]) {
  const missing = [first, second].map((diagnosis, index) => diagnosis ? null : roles[index]).filter(Boolean);
  if (missing.length) {
    byId('difference-words').textContent = `${missing.join(' and ')}: no diagnosis is stored. Open the volume and score it, then come back.`;
    return byId('difference').replaceChildren();
  }
  const rows = rowsOf(first, second, roles).sort((one, other) => other.weight - one.weight);
  byId('difference-words').textContent = summaryOf(rows, roles, isComparable(first, second));
  const heads = ['Finding', ...roles, 'Difference', 'Change'].map(text => element('th', { scope: 'col' }, text));
  byId('difference').replaceChildren(element('thead', {}, element('tr', {}, ...heads)), element('tbody', {}, ...rows.map(row)));
}

/** Scores of different models, number formats or kernels' recipes must not be subtracted. */
const isComparable = (one, other) => ['sha256', 'recipe', 'compute'].every(name => one.model[name] === other.model[name]);

/** The number of findings that two diagnoses have in common and whose scores can be compared. */
export const commonFindings = (first, second) =>
  rowsOf(first, second, ['A', 'B']).filter(({ difference }) => difference !== null).length;

function rowsOf(first, second, roles) {
  const comparable = isComparable(first, second);
  const names = roles.map(lowerFirst);
  const others = new Map(second.findings.map(finding => [finding.label, finding]));
  const rows = first.findings.map(finding => pair(finding, others.get(finding.label), comparable, names));
  const own = new Set(first.findings.map(({ label }) => label));
  return [...rows, ...second.findings.filter(({ label }) => !own.has(label)).map(finding => pair(null, finding, comparable, names))];
}

/** Sentences decide whether scores are of the same finding; a label may be the same by chance. */
const wordsOf = ({ text, texts }) => JSON.stringify(texts ?? [text]);

function pair(one, other, comparable, names) {
  const isSame = Boolean(comparable && one && other && wordsOf(one) === wordsOf(other));
  const difference = isSame ? one.score - other.score : null;
  const change = changeOf(one, other, isSame, names);
  return { label: (one ?? other).label, one, other, difference, change, weight: (change.isChange ? 10 : 0) + Math.abs(difference ?? 0) };
}

function changeOf(one, other, isSame, [first, second]) {
  if (!one || !other) return { text: `scored only in ${one ? first : second}` };
  if (!isSame) return { text: 'not comparable' };
  if (one.positive === null || other.positive === null) return { text: 'no threshold applies' };
  if (one.positive === other.positive) return { text: one.positive ? 'above in both' : 'not above in both' };
  return { text: `above only in ${one.positive ? first : second}`, isChange: true, first: one.positive };
}

function row({ label, one, other, difference, change }) {
  return element('tr', { class: change.isChange ? 'changed' : null },
    element('th', { scope: 'row' }, label), scoreCell(one), scoreCell(other),
    element('td', { class: 'number' }, difference === null ? '' : `${difference > 0 ? '+' : ''}${decimals(difference)}`),
    element('td', {}, change.text));
}

const scoreCell = finding => element('td', { class: 'number' }, finding ? decimals(finding.score) : '',
  finding?.positive ? element('b', { class: 'above' }, ' above') : null);

function summaryOf(rows, roles, comparable) {
  if (!comparable) return 'The diagnoses are of different models, so their scores cannot be compared. Score one of the volumes again.';
  const only = isFirst => rows.filter(({ change }) => change.isChange && change.first === isFirst).map(({ label }) => label);
  const parts = [true, false].map((isFirst, index) => [roles[index], only(isFirst)]).filter(([, labels]) => labels.length)
    .map(([role, labels]) => `Above the threshold only in ${lowerFirst(role)}: ${labels.join(', ')}.`);
  const common = rows.filter(({ difference }) => difference !== null).length;
  return `${plural(common, 'common finding')}. ${parts.join(' ') || 'No finding changed sides of its threshold.'}`;
}
