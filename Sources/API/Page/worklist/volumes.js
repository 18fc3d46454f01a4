/** The list of volumes: filter, order and pages. */

import { byId, pairRoles, plural, setText } from '../app/elements.js';
import { addressOf, attempt, json } from '../app/service.js';
import { address, go, trail } from './address.js';
import { deleteVolumes } from './dialogs.js';
import { row } from './rows.js';

const PAGE_SIZE = 25;

/** The shown page, and the chosen volumes by id. */
const list = { next: null, entries: [], selected: new Map(), request: 0 };

export function listen(show) {
  const on = (id, event, action) => byId(id).addEventListener(event, action);
  const filter = changes => {
    go({ ...shownFilter(), ...changes });
    return show();
  };
  on('filter', 'submit', event => {
    event.preventDefault();
    return filter({});
  });
  on('list-order', 'change', () => filter({}));
  on('clear', 'click', () => {
    byId('text').value = byId('tag').value = '';
    return filter({});
  });
  on('next', 'click', () => {
    const { cursor, ...others } = address();
    go({ ...others, cursor: list.next }, [...trail(), { cursor, count: list.entries.length }]);
    return turn(show);
  });
  on('previous', 'click', () => {
    const earlier = [...trail()];
    go({ ...address(), cursor: earlier.pop().cursor }, earlier);
    return turn(show);
  });
  on('rows', 'change', ({ target }) => target.matches('[data-select]') && select(target));
  on('rows', 'click', ({ target }) => {
    const chip = target.closest('[data-tag]');
    if (chip) filter({ tag: chip.dataset.tag });
  });
  on('unselect', 'click', () => {
    unselect();
    byId('volumes-heading').focus();
  });
  on('delete-selected', 'click', () => deleteVolumes([...list.selected.values()]));
  on('compare', 'click', compare);
}

/** Shows another page from its top. */
async function turn(show) {
  await show();
  byId('volumes-heading').focus();
}

const shownFilter = () => ({ text: byId('text').value.trim(), tag: byId('tag').value.trim(), order: byId('list-order').value });

/** Shows the page of the list that the address names. */
export async function show() {
  const mine = ++list.request;
  const { text, tag, order, cursor } = address();
  byId('text').value = text;
  byId('tag').value = tag;
  byId('list-order').value = order;
  byId('volumes').setAttribute('aria-busy', 'true');
  const query = new URLSearchParams({ limit: PAGE_SIZE, order });
  for (const [name, value] of Object.entries({ text, tag, cursor })) if (value) query.set(name, value);
  const page = await attempt(byId('list-problem'), () => json(`/v1/worklist?${query}`));
  if (mine !== list.request) return;
  byId('volumes').removeAttribute('aria-busy');
  showPage(page?.volumes ?? [], page?.next_cursor ?? null);
  setText(byId('list-status'), page ? statusOf(page, Boolean(text || tag)) : '');
  if (page) byId('notice').textContent = page.notice;
}

function showPage(entries, next) {
  list.entries = entries;
  list.next = next;
  unselect();
  byId('rows').replaceChildren(...entries.map(row));
  byId('rows').parentElement.hidden = !entries.length;
  byId('next').disabled = !next;
  byId('previous').disabled = !trail().length;
  byId('next').parentElement.hidden = !next && !trail().length;
}

function statusOf({ volumes, next_cursor: next }, isFiltered) {
  const before = trail().reduce((sum, { count }) => sum + count, 0);
  if (volumes.length) {
    const place = `Volumes ${before + 1} to ${before + volumes.length}`;
    return next ? `${place}; more follow.` : `${place}; these are the last.`;
  }
  if (next) return 'No volume matches so far. The next page searches on.';
  if (before) return 'No more volumes.';
  return isFiltered ? 'No volume matches the filter.' : 'No volume is stored. Score one, and it appears here.';
}

// ---- Chosen volumes.

function compare() {
  const [one, other] = [...list.selected.values()].map(({ volume }) => volume);
  location.assign(addressOf(`compare#${new URLSearchParams(pairRoles(one, other))}`));
}

function select({ checked, dataset: { select: id } }) {
  if (checked) list.selected.set(id, list.entries.find(entry => entry.volume.id === id));
  else list.selected.delete(id);
  showSelection();
}

function unselect() {
  list.selected.clear();
  for (const box of byId('rows').querySelectorAll('[data-select]')) box.checked = false;
  showSelection();
}

function showSelection() {
  const count = list.selected.size;
  byId('selection').hidden = !count;
  setText(byId('selected'), count ? `${plural(count, 'volume')} selected.` : '');
  byId('compare').disabled = count !== 2;
  byId('compare').title = count === 2 ? '' : 'Select two volumes to compare them.';
}
