/** Pictures from the service. They are fetched, not linked, so that the key is sent. */

import { call } from '../app/service.js';

const PICTURES_KEPT = 300;
const pictures = new Map();

/** The address of a picture's bytes; the last few hundred stay in memory. */
export async function picture(address) {
  if (pictures.has(address)) return pictures.get(address);
  const response = await call(address);
  const bytes = URL.createObjectURL(await response.blob());
  pictures.set(address, bytes);
  if (pictures.size > PICTURES_KEPT) {
    const [oldest] = pictures.keys();
    URL.revokeObjectURL(pictures.get(oldest));
    pictures.delete(oldest);
  }
  return bytes;
}
