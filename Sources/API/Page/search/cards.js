/** Cards of what a search found. */

import { byId, day, decimals, displayName, element, pairRoles } from '../app/elements.js';
import { attempt } from '../app/service.js';
import { chooseFiles } from '../app/order.js';
import { openDiagnosis, openVolume } from '../app/result.js';
import { thumbnail } from '../viewer/thumbnails.js';

/**
 * A card of a volume.
 *
 * `scale` is the largest score of the search; `partner` is the shown volume to compare it with, and
 * whether the search was for volumes like it: `{volume, isQuery}`, or null.
 */
export function volumeCard({ rank, score }, { volume, has_slices: hasSlices, latest_diagnosis: diagnosis }, scale, partner) {
  const name = displayName(volume);
  const key = keyFinding(diagnosis);
  const picture = thumbnail(volume.id, hasSlices, key && {
    words: `Slice of ${name} where “${key.label}” is most similar`, key: { diagnosis: diagnosis.id, finding: key.index },
  } || { words: `Middle slice of ${name}` });
  const open = element('button', {
    type: 'button', class: 'small name', 'aria-label': `Show volume ${rank}, ${name}`, click: () => openHit(volume.id, diagnosis?.id),
  }, name);
  const isShown = partner?.volume.id === volume.id;
  const canCompare = partner && !isShown;
  return element('li', { class: 'hit' }, picture, element('div', {},
    element('p', {}, `${rank}. `, open, isShown ? element('span', { class: 'badge' }, 'the volume shown') : null), scoreBar(score, scale),
    element('p', { class: 'quiet' }, [volume.metadata?.accession, day(volume.created_at)].filter(Boolean).join(' · ')),
    chips(volume.metadata?.tags, positives(diagnosis)),
    canCompare ? element('a', { href: `compare#${new URLSearchParams(rolesWith(partner, volume))}`, 'aria-label': `Compare with ${name}` }, 'Compare') : null));
}

const rolesWith = ({ volume, isQuery }, hit) => isQuery ? { query: volume.id, hit: hit.id } : pairRoles(volume, hit);

/** A card of a report. Its sentences are shown if the service stores them. */
export function reportCard({ rank, report_id: id, score }, report, scale) {
  const sentences = (report.encoded_text ?? '').split(/(?<=\.)\s+/).filter(Boolean);
  return element('li', { class: 'hit' }, element('div', {},
    element('p', {}, `${rank}. `, element('b', {}, `Report ${id.slice(0, 12)}…`)), scoreBar(score, scale),
    element('p', { class: 'quiet' }, day(report.created_at)),
    chips(report.tags, sentences),
    report.report ? element('details', { class: 'more' }, element('summary', {}, 'Text'), element('p', { class: 'report' }, report.report)) : null));
}

/** The finding whose slice is shown: the best positive one. */
const keyFinding = diagnosis => diagnosis?.findings?.find(finding => finding.positive) ?? null;

const positives = diagnosis => (diagnosis?.findings ?? []).filter(finding => finding.positive).map(finding => finding.label);

function scoreBar(score, scale) {
  const width = scale > 0 ? `${100 * Math.max(0, score) / scale}%` : '0%';
  return element('p', { class: 'score-line' },
    element('span', { class: 'bars', 'aria-hidden': 'true' }, element('span', { class: 'bar', style: { '--left': '0%', '--width': width } })),
    element('b', {}, decimals(score)));
}

function chips(tags, words) {
  const items = [
    ...words.map(text => element('li', { class: 'word' }, text)),
    ...Object.entries(tags ?? {}).map(([name, value]) => element('li', {}, `${name}: ${value}`)),
  ];
  return items.length ? element('ul', { class: 'chips' }, ...items) : null;
}

/** Shows the newest diagnosis of a volume, or the volume. */
async function openHit(id, diagnosis) {
  byId('file').value = '';
  chooseFiles();
  await attempt(byId('search-problem'), () => diagnosis ? openDiagnosis(`/v1/diagnoses/${diagnosis}`) : openVolume(id));
  byId('result-heading').focus();
}
