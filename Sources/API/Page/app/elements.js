/** Elements and words. Data enters the page as text only, never as markup. */

export const byId = id => document.getElementById(id);

/**
 * A new element. Functions become event listeners, `style` sets properties (an attribute would need `unsafe-inline`),
 * and null, undefined and false leave an attribute out.
 */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(key, value);
    else if (key === 'style') Object.entries(value).forEach(pair => node.style.setProperty(...pair));
    else if (key.startsWith('aria-')) node.setAttribute(key, String(value)); // “true”, not present and empty
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...children.flat().filter(child => child !== null && child !== undefined && child !== ''));
  return node;
}

export function definitions(pairs) {
  const list = element('dl', { class: 'facts' });
  for (const [term, value] of pairs) {
    if (value !== null && value !== undefined && value !== '') list.append(element('dt', {}, term), element('dd', {}, value));
  }
  return list;
}

/** Changes a text only if it differs: screen readers announce each change of a status. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const minus = text => text.replaceAll('-', '−');
export const decimals = value => minus(value.toFixed(3));
export const number = (value, digits = 0) => minus(value.toFixed(digits));
export const shortID = id => `${id.slice(0, id.indexOf('-') + 9)}…`;
/** What a volume is called: the name that a user gave it, or the start of its id. */
export const displayName = ({ id, metadata }) => metadata?.name || shortID(id);
/** A text within a sentence. */
export const lowerFirst = text => text[0].toLowerCase() + text.slice(1);

const PATIENT_TAGS = ['patient', 'patient_id', 'patient-id', 'PatientID'];

/** Whether metadata say that two volumes are of one patient: a tag of the patient, or the same examination. */
function isSamePatient(...volumes) {
  const [one, other] = volumes.map(({ metadata }) => metadata ?? {});
  return Boolean(one.accession && one.accession === other.accession)
    || PATIENT_TAGS.some(tag => one.tags?.[tag] && one.tags[tag] === other.tags?.[tag]);
}

/** The roles of two stored volumes in a comparison, and their ids. “Prior” is only said of the same patient. */
export function pairRoles(one, other) {
  const [later, earlier] = [one, other].sort((first, second) => second.created_at.localeCompare(first.created_at));
  return isSamePatient(one, other) ? { current: later.id, prior: earlier.id } : { a: one.id, b: other.id };
}

export const megabytes = bytes => (bytes / 1e6).toFixed(1);
export const fileSize = bytes => bytes < 1e5 ? `${Math.ceil(bytes / 1000)} KB` : `${megabytes(bytes)} MB`;
export const plural = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;
export const day = time => time.slice(0, 16).replace('T', ' ');
export const pause = seconds => new Promise(done => setTimeout(done, seconds * 1000));
export const tagText = tags => Object.entries(tags ?? {}).map(([name, value]) => `${name}: ${value}`).join(', ');
