'use strict';

const byId = id => document.getElementById(id);
const state = {
  key: sessionStorage.getItem('brgsa-key'),
  info: null, // The response of /v1/info.
  volume: null, diagnosis: null, // The shown ones.
  cursor: null, // The start of the next page of volumes.
  upload: null, job: null, // Current work, which can be cancelled.
};

// ---- Elements. Data enters the page as text only, never as markup.

function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(key, value);
    else if (key.startsWith('aria-')) node.setAttribute(key, String(value)); // “true”, not present and empty
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...children.filter(child => child !== null && child !== undefined));
  return node;
}

function definitions(pairs) {
  const list = element('dl', { class: 'facts' });
  for (const [term, value] of pairs) {
    if (value !== null && value !== undefined && value !== '') list.append(element('dt', {}, term), element('dd', {}, value));
  }
  return list;
}

const decimals = value => value.toFixed(3).replace('-', '−');
const shortID = id => id.slice(0, id.indexOf('-') + 9) + '…';
const megabytes = bytes => (bytes / 1e6).toFixed(1);
const fileSize = bytes => bytes < 1e5 ? `${Math.ceil(bytes / 1000)} KB` : `${megabytes(bytes)} MB`;
const plural = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;
const day = time => time.slice(0, 16).replace('T', ' ');
const pause = seconds => new Promise(done => setTimeout(done, seconds * 1000));
