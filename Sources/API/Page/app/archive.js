/** The search in the archive. */

import { byId, decimals, element, plural, shortID, tagText } from './elements.js';
import { chooseFiles } from './order.js';
import { openVolume } from './result.js';
import { attempt, post, refusal } from './service.js';
import { state } from './state.js';

export async function search(event) {
  event.preventDefault();
  byId('hits').replaceChildren();
  byId('search-status').textContent = 'Searching…';
  const answer = await attempt(byId('search-problem'), () => post('/v1/retrievals', { query: searchQuery(), top_k: 10 }));
  byId('search-status').textContent = answer ? searchSummary(answer) : '';
  if (answer) byId('hits').append(...answer.results.map(hit));
}

function searchQuery() {
  const by = new FormData(byId('search')).get('by');
  if (by === 'volume_id') return { volume_id: state.volume.id };
  const text = byId('query').value.trim();
  if (!text) throw refusal('The query is empty', 'Write a report or a finding.');
  return { [by]: text };
}

function searchSummary({ searched, query }) {
  const sentences = [`${plural(searched, 'volume')} compared, best first.`];
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

function hit({ rank, volume_id: id, score, metadata }) {
  const about = [metadata.accession, tagText(metadata.tags)].filter(Boolean).join(' · ');
  const attributes = { type: 'button', class: 'small', 'aria-label': `Show volume ${rank}, ${shortID(id)}` };
  const button = element('button', { ...attributes, click: () => openHit(id) }, shortID(id));
  return element('li', {}, `${rank}. `, button, ` ${decimals(score)} `, element('span', { class: 'quiet' }, about));
}

async function openHit(id) {
  byId('file').value = '';
  chooseFiles();
  await attempt(byId('search-problem'), () => openVolume(id));
  byId('result-heading').focus();
}

export function showQueryField() {
  const byVolume = new FormData(byId('search')).get('by') === 'volume_id';
  byId('query').disabled = byVolume;
}
