/** Schemas. */

import { element, prose } from './elements.js';

/** The description of the service. */
export let api = {};

export function describe(description) {
  api = description;
}

export function resolved(object) {
  if (!object?.$ref) return object ?? {};
  return object.$ref.slice(2).split('/').reduce((node, key) => node[key], api);
}

const refName = schema => schema.$ref?.split('/').pop();

/** In one line what a schema allows. */
export function typeText(schema) {
  if (schema === undefined || schema === null) return '';
  if (schema.$ref) return refName(schema);
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (alternatives) return alternatives.map(typeText).join(' or ');
  if (schema.allOf) return schema.allOf.map(typeText).join(' and ');
  if (schema.const !== undefined) return `always ${JSON.stringify(schema.const)}`;
  if (schema.enum) return `one of ${schema.enum.join(', ')}${defaultText(schema)}`;
  const names = [schema.type ?? 'anything'].flat();
  if (schema.items) names[0] += ` of ${typeText(schema.items)}`;
  return names.join(' or ') + limits(schema) + defaultText(schema);
}

const defaultText = schema => schema.default === undefined ? '' : `, default ${JSON.stringify(schema.default)}`;

const LIMITS = {
  format: 'format', pattern: 'pattern', minimum: 'at least', maximum: 'at most', minLength: 'shortest', maxLength: 'longest',
  minItems: 'fewest', maxItems: 'most', minProperties: 'fewest members', maxProperties: 'most members',
  contentMediaType: 'content', contentEncoding: 'encoding',
};

function limits(schema) {
  const said = Object.entries(LIMITS).filter(([key]) => schema[key] !== undefined).map(([key, name]) => `${name} ${schema[key]}`);
  return said.length ? ` (${said.join(', ')})` : '';
}

/** The schemas below a schema that deserve to be unfolded. */
function parts(schema) {
  const alternatives = [schema.oneOf, schema.anyOf, schema.allOf].flatMap(list => list ?? []);
  return [...alternatives, schema.items, objectOf(schema.additionalProperties)].filter(Boolean);
}

const objectOf = value => value && typeof value === 'object' ? value : null;

/** A schema: its line and what can be unfolded below it. A reference is read when it is unfolded, so that none runs in circles. */
export function schemaView(schema) {
  if (schema.$ref) return [reference(schema)];
  const nodes = [element('div', { class: 'type' }, typeText(schema)), ...prose(schema.description)];
  if (schema.examples) nodes.push(exampleLine(schema.examples));
  if (schema.properties) nodes.push(properties(schema));
  for (const part of parts(schema)) if (part.$ref || part.properties || parts(part).length) nodes.push(...schemaView(part));
  return nodes;
}

function exampleLine(examples) {
  const text = examples.map(example => JSON.stringify(example)).join(', ');
  return element('p', { class: 'quiet' }, 'For example ', element('code', {}, text));
}

export function reference(schema) {
  const name = refName(schema);
  const fold = element('details', {}, element('summary', {}, name));
  fold.addEventListener('toggle', () => {
    if (fold.open && fold.children.length === 1) fold.append(element('div', {}, ...namedSchemaView(name, resolved(schema))));
  });
  return fold;
}

function namedSchemaView(name, schema) {
  if (!['ProblemCode', 'WarningCode', 'SummaryWarningCode'].includes(name)) return schemaView(schema);
  return [element('div', { class: 'codes' }, ...schema.enum.map(code => element('a', { href: `problems/${code}` }, code)))];
}

/** Nested lists, not nested tables: they lose little width at each depth. */
function properties(schema) {
  const items = Object.entries(schema.properties).map(([name, property]) =>
    element('li', {}, element('code', {}, name), ...requiredMark(schema.required?.includes(name)), ...schemaView(property)));
  return element('ul', { class: 'members' }, ...items);
}

export const requiredMark = required => required ? [' ', element('span', { class: 'required' }, 'required')] : [];
