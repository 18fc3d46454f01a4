/** Dialogs that change volumes: their name and tags, and their deletion. */

import { byId, displayName, element, plural } from '../app/elements.js';
import { attempt, call, json, refusal } from '../app/service.js';

const dialogs = { edit: null, remove: null, problem: null, done: null };

/** `problem` is where a failure to open a dialog is shown. `done` gets the words for each change. */
export function build(problem, done) {
  Object.assign(dialogs, { problem, done });
  dialogs.edit = dialog('edit', 'Name and tags', [
    element('label', { for: 'edit-name' }, 'Display name'),
    element('input', { type: 'text', id: 'edit-name', autocomplete: 'off', 'aria-describedby': 'edit-name-hint' }),
    element('p', { class: 'hint', id: 'edit-name-hint' }),
    element('label', { for: 'edit-accession' }, 'Accession number'),
    element('input', { type: 'text', id: 'edit-accession', autocomplete: 'off' }),
    element('label', { for: 'edit-tags' }, 'Tags, one a line'),
    element('textarea', { id: 'edit-tags', spellcheck: 'false', 'aria-describedby': 'edit-tags-hint' }),
    element('p', { class: 'hint', id: 'edit-tags-hint' }, 'For example “site: north”.'),
  ], 'Save');
  dialogs.remove = dialog('remove', 'Delete', [element('p', { id: 'remove-words' }), element('ul', { id: 'remove-names' })], 'Delete', true);
}

/** A dialog with a form. Its problems are shown inside it. One that erases starts at “Cancel”. */
function dialog(name, title, content, action, erases = false) {
  const parts = { problem: element('div', {}), submit: element('button', { class: `main${erases ? ' erase' : ''}` }, action), act: null };
  const submit = async event => {
    event.preventDefault();
    parts.submit.disabled = true;
    const words = await attempt(parts.problem, parts.act);
    parts.submit.disabled = false;
    if (words === null) return parts.submit.focus(); // It lost the focus when it was disabled.
    parts.node.close();
    await dialogs.done(words);
  };
  parts.heading = element('h2', { id: `${name}-heading` }, title);
  parts.node = element('dialog', { id: `${name}-dialog`, 'aria-labelledby': `${name}-heading` },
    element('form', { novalidate: true, submit }, parts.heading, ...content, parts.problem,
      element('p', { class: 'row' }, parts.submit, element('button', { type: 'button', autofocus: erases, click: () => parts.node.close() }, 'Cancel'))));
  document.body.append(parts.node);
  return parts;
}

function open(parts, act) {
  parts.act = act;
  parts.problem.replaceChildren();
  parts.node.showModal();
}

/**
 * Edits the metadata. The service replaces all of it, so the rest is sent as it is.
 *
 * `suggestion` is a name for a volume without one. It is stored only if the user saves it.
 */
export function editVolume({ id }, suggestion = '') {
  return attempt(dialogs.problem, async () => {
    const volume = await json(`/v1/volumes/${id}`); // As it is now: another reader may have changed it.
    const { metadata } = volume;
    dialogs.edit.heading.textContent = `Name and tags of ${displayName(volume)}`;
    byId('edit-name').value = metadata.name ?? suggestion;
    byId('edit-name-hint').textContent = suggestion && !metadata.name
      ? 'This is the file’s name. Change it if it names a patient.' : 'Do not name a patient.';
    byId('edit-accession').value = metadata.accession ?? '';
    byId('edit-tags').value = Object.entries(metadata.tags).map(([name, value]) => `${name}: ${value}`).join('\n');
    open(dialogs.edit, async () => {
      const body = {
        ...metadata, name: byId('edit-name').value.trim() || null, accession: byId('edit-accession').value.trim() || null,
        tags: readTags(byId('edit-tags').value),
      };
      const headers = { 'Content-Type': 'application/json' };
      await call(`/v1/volumes/${id}/metadata`, { method: 'PUT', headers, body: JSON.stringify(body) });
      return 'Saved.';
    });
  });
}

/** Lines “name: value”. */
function readTags(text) {
  const lines = text.split('\n').map(line => line.trim()).filter(Boolean);
  const tags = new Map();
  for (const [index, line] of lines.entries()) {
    const colon = line.indexOf(':');
    const [name, value] = [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    if (colon < 1 || !value) throw refusal(`Tag ${index + 1} has no name or no value`, 'Write each tag as “name: value”.');
    if (tags.has(name)) throw refusal(`Tag ${index + 1} has the name of an earlier one`, 'A volume has one value for each name.');
    tags.set(name, value);
  }
  return Object.fromEntries(tags);
}

const MOST_NAMES = 8;

/** Asks before it deletes. */
export function deleteVolumes(entries) {
  const diagnoses = entries.reduce((sum, entry) => sum + entry.diagnosis_count, 0);
  const count = plural(entries.length, 'volume');
  const owned = entries.length === 1 ? 'its' : 'their';
  dialogs.remove.heading.textContent = `Delete ${count}?`;
  dialogs.remove.submit.textContent = `Delete ${count}`;
  byId('remove-words').textContent = `This erases ${owned} embeddings, slices and ${diagnoses} `
    + `${diagnoses === 1 ? 'diagnosis' : 'diagnoses'}, and cannot be undone.`;
  const names = entries.slice(0, MOST_NAMES).map(({ volume }) => element('li', {}, displayName(volume)));
  const rest = entries.length - names.length;
  byId('remove-names').replaceChildren(...names, ...(rest > 0 ? [element('li', {}, `and ${rest} more`)] : []));
  open(dialogs.remove, async () => {
    for (const { volume } of entries) await erase(volume.id);
    return `${count} deleted.`;
  });
}

/** Another reader may have deleted the volume. */
async function erase(id) {
  try {
    await call(`/v1/volumes/${id}`, { method: 'DELETE' });
  } catch (problem) {
    if (problem.document?.status !== 404) throw problem;
  }
}
