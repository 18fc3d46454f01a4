/** The search in the archive. */

import { byId, plural } from '../app/elements.js';
import { addSearch, shownSearch } from '../app/history.js';
import { attempt, json, post, refusal } from '../app/service.js';
import { state } from '../app/state.js';
import { reportCard, volumeCard } from './cards.js';

const MOST_HITS = 12;
let request = 0;
let shown = null; // The search whose hits are shown.

export async function search(event) {
  event.preventDefault();
  const wanted = await attempt(byId('search-problem'), async () => searchRequest());
  if (!wanted) return clear();
  addSearch(wanted);
  await find(wanted);
}

function clear() {
  request++;
  shown = null;
  byId('hits').replaceChildren();
  byId('search-status').textContent = '';
}

/** Shows the search of this entry of the history, or none. */
export async function restoreSearch() {
  const wanted = shownSearch();
  if (JSON.stringify(wanted) === JSON.stringify(shown)) return;
  if (!wanted) return clear();
  const [[by, value]] = Object.entries(wanted.query);
  byId('search').elements.by.value = by;
  byId('search').elements.target.value = wanted.target;
  if (by !== 'volume_id') byId('query').value = value;
  showQueryField();
  byId('search-fold').open = true;
  await find(wanted);
}

async function find(wanted) {
  clear();
  shown = wanted;
  const mine = request;
  byId('search-status').textContent = 'Searching…';
  const found = await attempt(byId('search-problem'), async () => {
    const answer = await post('/v1/retrievals', wanted);
    return { answer, wanted, cards: await cardsOf(wanted, answer) };
  });
  if (mine !== request) return;
  byId('search-status').textContent = found ? searchSummary(found.answer, found.wanted) : '';
  if (found) byId('hits').append(...found.cards);
}

function searchRequest() {
  const form = new FormData(byId('search'));
  const query = searchQuery(form.get('by'));
  // The volume itself is the best hit. It is left out, so one more is asked for.
  return { query, target: form.get('target'), top_k: MOST_HITS + (query.volume_id ? 1 : 0) };
}

function searchQuery(by) {
  if (by === 'volume_id') return { volume_id: state.volume.id };
  const text = byId('query').value.trim();
  if (!text) throw refusal('The query is empty', 'Write a report or a finding.');
  return { [by]: text };
}

async function cardsOf({ query, target }, { results }) {
  if (!results.length) return [];
  const scale = Math.max(...results.filter(hit => hit.volume_id !== query.volume_id).map(({ score }) => Math.abs(score)), 0);
  if (target === 'reports') {
    const reports = await Promise.all(results.map(({ report_id: id }) => json(`/v1/reports/${id}`)));
    return results.map((hit, index) => reportCard(hit, reports[index], scale));
  }
  const ids = results.map(({ volume_id: id }) => id);
  const { volumes } = await json(`/v1/worklist?limit=${ids.length}&volume_ids=${ids.join(',')}`);
  const entries = new Map(volumes.map(entry => [entry.volume.id, entry]));
  // A volume may have been deleted since the search.
  return results.filter(({ volume_id: id }) => id !== query.volume_id && entries.has(id)).slice(0, MOST_HITS)
    .map((hit, index) => volumeCard({ ...hit, rank: index + 1 }, entries.get(hit.volume_id), scale, partnerOf(query)));
}

/** The volume to compare hits with: the query, or the volume shown. Only a stored volume can be compared. */
function partnerOf(query) {
  return state.volume?.created_at ? { volume: state.volume, isQuery: Boolean(query.volume_id) } : null;
}

function searchSummary({ searched, query, results }, { query: wanted, target }) {
  const isOwnThere = results.some(({ volume_id: id }) => id && id === wanted.volume_id);
  const noun = target === 'reports' ? 'report' : isOwnThere ? 'other volume' : 'volume';
  const sentences = [`${plural(searched - (isOwnThere ? 1 : 0), noun)} compared, best first.`];
  const maker = query?.summarizer ? ` (made by ${query.summarizer})` : '';
  if (query?.encoded_text) sentences.push(`The model read: “${query.encoded_text}”${maker}.`);
  if (query?.truncated) sentences.push('It was cut off, because it is too long for the model.');
  for (const code of query?.warnings ?? []) sentences.push(SEARCH_WARNINGS[code] ?? code);
  return sentences.join(' ');
}

const SEARCH_WARNINGS = {
  'summarizer-unavailable': 'The chat service did not respond, so rules made the summary.',
  'findings-left-out': 'Some findings were left out: the model cannot read more.',
};

/** Searches for volumes like the one shown. */
export function searchSimilar() {
  byId('search-fold').open = true;
  byId('by-volume').checked = true;
  showQueryField();
  byId('search').requestSubmit();
  byId('search-fold').scrollIntoView();
}

export function showQueryField() {
  const byVolume = new FormData(byId('search')).get('by') === 'volume_id';
  byId('query').disabled = byId('query').hidden = byId('query-label').hidden = byVolume;
}
