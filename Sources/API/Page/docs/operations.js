/** Operations. */

import { element, inline, prose, table } from './elements.js';
import { api, reference, requiredMark, resolved, schemaView, typeText } from './schemas.js';

const METHODS = ['get', 'post', 'put', 'delete', 'patch'];

export function operations() {
  return Object.entries(api.paths).flatMap(([path, item]) =>
    METHODS.filter(method => item[method]).map(method => operation(path, method, item)));
}

function operation(path, method, item) {
  const parameters = [item, item[method]].flatMap(owner => owner.parameters ?? []).map(resolved);
  return { path, method, ...item[method], parameters };
}

export function operationCard(operation) {
  const { path, method, operationId, summary } = operation;
  const link = element('a', { href: `#${operationId}` }, element('code', {}, path));
  return element('section', { class: 'card operation', id: operationId },
    element('h3', {}, methodLabel(method), ' ', link), element('p', {}, element('b', {}, ...inline(summary ?? ''))), scope(operation), ...prose(operation.description),
    ...parameters(operation.parameters), ...body(operation.requestBody), ...responses(operation.responses),
    element('h4', {}, 'With curl'), element('pre', {}, element('code', {}, curl(operation))));
}

export const methodLabel = method => element('span', { class: `method ${method}` }, method);

function scope({ security }) {
  const scopes = (security ?? api.security ?? []).flatMap(way => Object.values(way).flat());
  const text = scopes.length ? `If keys are configured, requires one with the scope ${scopes.join(', ')}.` : 'Requires no key.';
  return element('p', { class: 'quiet' }, text);
}

function parameters(list) {
  if (!list.length) return [];
  const rows = list.map(parameter => [
    [element('code', {}, parameter.name), ...requiredMark(parameter.required)],
    parameter.in,
    [...prose(parameter.description), ...schemaView(parameter.schema ?? {})],
  ]);
  return [element('h4', {}, 'Parameters'), table(['Name', 'In', 'Value'], rows)];
}

function body(request) {
  if (!request) return [];
  const { description, content } = resolved(request);
  return [element('h4', {}, 'Body'), ...prose(description), ...media(content)];
}

function media(content = {}) {
  const rows = Object.entries(content).map(([type, { schema, example }]) => [
    element('code', {}, type),
    [
      ...(schema ? schemaView(schema) : [element('span', { class: 'type' }, 'bytes or text')]),
      example === undefined ? '' : element('pre', {}, JSON.stringify(example)),
    ],
  ]);
  return rows.length ? [table(['Type', 'Content'], rows)] : [];
}

const isProblem = response => response.$ref?.endsWith('/Problem');

/** Problems all look the same: one row tells of them. */
function responses(map) {
  const problems = Object.keys(map).filter(status => isProblem(map[status]));
  const others = Object.keys(map).filter(status => !isProblem(map[status]));
  const rows = others.map(status => responseRow(status, resolved(map[status])));
  if (problems.length) rows.push([problems.join(' '), problemCell()]);
  return [element('h4', {}, 'Responses'), table(['Status', 'Meaning'], rows)];
}

function problemCell() {
  return [element('p', {}, 'A problem; its code says why.'), reference({ $ref: '#/components/schemas/Problem' })];
}

function responseRow(status, { description, headers, content }) {
  return [status, [...prose(description), ...headerList(headers), ...media(content)]];
}

function headerList(headers) {
  return Object.entries(headers ?? {}).map(([name, header]) => {
    const { description, schema } = resolved(header);
    return element('p', { class: 'quiet' }, element('code', {}, name), ' ', ...inline(description ?? typeText(schema)));
  });
}

function curl({ path, method, parameters, requestBody, security }) {
  const words = ['curl'];
  if (method !== 'get' && !(method === 'post' && requestBody)) words.push(`-X ${method.toUpperCase()}`);
  if (security) words.push('-H "Authorization: Bearer $KEY"');
  words.push(...curlBody(requestBody && resolved(requestBody)));
  const query = parameters.filter(parameter => parameter.in === 'query' && parameter.example !== undefined);
  const asked = query.map(parameter => `${parameter.name}=${encodeURIComponent([parameter.example].flat()[0])}`).join('&');
  words.push(`'${new URL('.', document.baseURI).href.replace(/\/$/, '')}${path.replace(/{(\w+)}/g, '<$1>')}${asked ? `?${asked}` : ''}'`);
  return words.join(' \\\n     ');
}

function curlBody(request) {
  const content = request?.content ?? {};
  if (content['application/octet-stream']) return ["-H 'Content-Type: application/octet-stream'", '--data-binary @ct.nii.gz'];
  const [type] = Object.keys(content);
  if (type === 'application/json') {
    const { example } = content[type];
    return [`-H 'Content-Type: ${type}'`, example === undefined ? '-d @body.json' : `-d '${JSON.stringify(example)}'`];
  }
  return type ? [`-H 'Content-Type: ${type}'`, '--data-binary @body'] : [];
}
