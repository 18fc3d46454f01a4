/** The page at /docs: it reads /openapi.json and shows it. */

import { byId, element, prose } from './elements.js';
import { methodLabel, operationCard, operations } from './operations.js';
import { api, describe, reference } from './schemas.js';

function groups() {
  const all = operations();
  const tagOf = operation => operation.tags?.[0] ?? 'other';
  const tags = new Map((api.tags ?? []).map(tag => [tag.name, tag]));
  const names = new Set([...tags.keys(), ...all.map(tagOf)]);
  return [...names]
    .map(name => ({ ...tags.get(name), name, operations: all.filter(operation => tagOf(operation) === name) }))
    .filter(group => group.operations.length);
}

const title = name => name[0].toUpperCase() + name.slice(1);

function show() {
  byId('summary').textContent = `${api.info.summary ?? api.info.title} Version ${api.info.version}.`;
  const shown = groups();
  byId('content').replaceChildren(
    element('section', { class: 'card' }, ...prose(api.info.description), ...security()),
    ...shown.map(groupSection), schemaSection());
  byId('toc').replaceChildren(...shown.map(tocGroup), element('p', {}, element('a', { href: '#schemas' }, 'All schemas')));
  filter();
}

function security() {
  const schemes = Object.values(api.components?.securitySchemes ?? {});
  return schemes.flatMap(scheme => [element('h2', {}, 'Keys'), ...prose(scheme.description)]);
}

function groupSection(group) {
  return element('section', { class: 'group', 'aria-label': title(group.name) },
    element('h2', { id: `tag-${group.name}` }, title(group.name)),
    ...prose(group.description), ...group.operations.map(operationCard));
}

function tocGroup({ name, operations }) {
  const items = operations.map(({ operationId, method, path, summary }) => element('li', { 'data-operation': operationId },
    element('a', { href: `#${operationId}`, title: summary ?? '' }, methodLabel(method), ' ', path)));
  return element('div', {}, element('a', { href: `#tag-${name}` }, element('b', {}, title(name))), element('ul', {}, ...items));
}

function schemaSection() {
  const schemas = Object.entries(api.components?.schemas ?? {});
  return element('section', { id: 'schemas' }, element('h2', {}, 'Schemas'),
    element('div', { class: 'card' }, ...schemas.map(([name]) => {
      const fold = reference({ $ref: `#/components/schemas/${name}` });
      fold.id = `schema-${name}`;
      return fold;
    })));
}

/** Hides the operations whose text lacks one of the words; groups without any go, too. */
function filter() {
  const words = byId('filter').value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const card of document.querySelectorAll('.operation')) {
    const text = card.textContent.toLowerCase();
    card.hidden = !words.every(word => text.includes(word));
    document.querySelector(`[data-operation="${card.id}"]`).hidden = card.hidden;
    if (!card.hidden) count++;
  }
  hideEmpty('.group', '.operation');
  hideEmpty('#toc > div', 'li');
  byId('schemas').hidden = words.length > 0;
  byId('filter-count').textContent = `${count} operation${count === 1 ? '' : 's'}`;
}

function hideEmpty(outer, inner) {
  for (const node of document.querySelectorAll(outer)) node.hidden = !node.querySelector(`${inner}:not([hidden])`);
}

function followAnchor() {
  const target = byId(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) target.open = true;
  target?.scrollIntoView();
}

async function start() {
  try {
    const response = await fetch('openapi.json');
    if (!response.ok) throw new Error(`The response is ${response.status}`);
    describe(await response.json());
    show();
    followAnchor();
  } catch (error) {
    const link = element('a', { href: 'openapi.yaml' }, 'Read the raw document.');
    byId('loading')?.replaceChildren(`The description cannot be shown: ${error.message}. `, link);
  }
}

byId('filter').addEventListener('input', filter);
addEventListener('hashchange', followAnchor);
start();
