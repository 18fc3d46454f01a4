/** A row of the worklist: a volume, its newest findings, and what can be done with it. */

import { byId, day, decimals, displayName, element, shortID } from '../app/elements.js';
import { attempt, json } from '../app/service.js';
import { thumbnail } from '../viewer/thumbnails.js';
import { deleteVolumes, editVolume } from './dialogs.js';

const cell = (kind, label, ...children) => element('td', { role: 'cell', class: kind, 'data-label': label }, ...children);

export function row(entry) {
  const { volume, has_slices: hasSlices } = entry;
  const name = displayName(volume);
  return element('tr', { role: 'row', 'data-volume': volume.id },
    cell('pick', null, element('input', { type: 'checkbox', 'data-select': volume.id, 'aria-label': `Select ${name}` })),
    cell('picture-cell', null, thumbnail(volume.id, hasSlices)),
    cell('who', null, ...identity(entry, name)),
    cell('tags', 'Tags', ...tags(volume.metadata?.tags)),
    cell('when', 'Stored', element('time', { datetime: volume.created_at }, day(volume.created_at))),
    cell('what', 'Latest findings', ...findings(entry.latest_diagnosis)),
    cell('do', null, ...actions(entry, name)));
}

function identity({ volume, latest_diagnosis: diagnosis }, name) {
  const { accession } = volume.metadata ?? {};
  return [
    element('a', { class: 'name', href: `./#${diagnosis?.id ?? volume.id}` }, name),
    element('span', { class: 'id' }, element('code', { title: volume.id, class: name === shortID(volume.id) ? 'unseen' : null },
      shortID(volume.id)), ' ', copyButton(volume.id, name)),
    accession ? element('span', { class: 'quiet' }, `Accession ${accession}`) : null,
  ];
}

function copyButton(id, name) {
  const click = async ({ currentTarget: button }) => {
    await copy(id, button.previousElementSibling);
    button.textContent = 'Copied';
    setTimeout(() => button.textContent = 'Copy', 2000);
  };
  return element('button', { type: 'button', class: 'small', 'aria-label': `Copy the id of ${name}`, click }, 'Copy');
}

/** Browsers give access to the clipboard only over HTTPS and on this machine. Otherwise the id is selected for Ctrl+C. */
async function copy(id, node) {
  try {
    await navigator.clipboard.writeText(id);
  } catch {
    node.textContent = id;
    getSelection().selectAllChildren(node);
  }
}

const tags = found => Object.entries(found ?? {}).map(([name, value]) => element('button', {
  type: 'button', class: 'chip', 'data-tag': `${name}:${value}`, 'aria-label': `Show volumes with the tag ${name}: ${value}`,
}, `${name}: ${value}`));

/** Positive findings, or the best ones if no thresholds apply. */
export function findings(diagnosis) {
  if (!diagnosis) return [element('span', { class: 'quiet' }, 'No diagnosis')];
  const { findings: best, finding_count: count, positive_count: positive } = diagnosis;
  if (!best) return [element('span', { class: 'quiet' }, 'Made by a later version')];
  if (positive === 0) return [element('span', {}, `None of ${count} above its threshold`)];
  const shown = best.filter(finding => positive === null || positive === undefined || finding.positive);
  const rest = (positive ?? count) - shown.length;
  return [
    ...shown.map(({ label, score, positive: isPositive }) => element('span', { class: `mark${isPositive ? ' positive' : ''}` },
      element('bdi', {}, label), ' ', element('span', { class: 'score' }, typeof score === 'number' ? decimals(score) : ''))),
    rest > 0 ? element('a', { href: `./#${diagnosis.id}` }, `and ${rest} more${positive ? ' above the threshold' : ''}`) : null,
  ];
}

function actions(entry, name) {
  const { volume, diagnosis_count: count } = entry;
  const button = (text, label, click, more = {}) =>
    element('button', { type: 'button', class: 'small', 'aria-label': `${label} ${name}`, click, ...more }, text);
  return [
    button('Edit…', 'Edit the name and the tags of', () => editVolume(volume)),
    count ? button(`${count} ${count === 1 ? 'diagnosis' : 'diagnoses'}`, 'Diagnoses of', toggleHistory, { 'aria-expanded': 'false' }) : null,
    button('Delete…', 'Delete', () => deleteVolumes([entry])),
  ];
}

/** Unfolds all diagnoses of a volume below its row. */
async function toggleHistory({ currentTarget: button }) {
  const line = button.closest('tr');
  const isOpen = button.getAttribute('aria-expanded') === 'true';
  button.setAttribute('aria-expanded', String(!isOpen));
  if (isOpen) return line.nextElementSibling.remove();
  const place = element('td', { role: 'cell', colspan: 7 });
  const list = element('ol', { class: 'history' });
  place.append(list);
  line.after(element('tr', { role: 'row', class: 'unfolded' }, place));
  await load(line.dataset.volume, place, list, '');
}

async function load(id, place, list, cursor) {
  const query = new URLSearchParams({ volume_id: id, limit: 20, ...(cursor ? { cursor } : {}) });
  const page = await attempt(byId('list-problem'), () => json(`/v1/diagnoses?${query}`));
  if (!page) return;
  list.append(...page.diagnoses.map(diagnosis => element('li', {},
    element('a', { href: `./#${diagnosis.id}` }, day(diagnosis.created_at)), ' ',
    element('span', { class: 'quiet' }, diagnosis.model ? `${diagnosis.model.name} ${diagnosis.model.version} ` : ''),
    ...findings(diagnosis))));
  place.querySelector('button')?.remove();
  if (!page.next_cursor) return;
  const click = () => load(id, place, list, page.next_cursor);
  place.append(element('button', { type: 'button', class: 'small', click }, 'Load older ones'));
}
