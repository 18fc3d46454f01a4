// Texts with less contrast to their ground than WCAG's AA asks for: 4.5, or 3 for large ones.
const channel = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
const parsed = color => color.match(/[\d.]+/g).map(Number);
const luminance = ([red, green, blue]) => 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);

function ground(node) {
  for (; node; node = node.parentElement) {
    const color = parsed(getComputedStyle(node).backgroundColor);
    if (color.length < 4 || color[3] === 1) return color;
  }
  return [255, 255, 255];
}

function contrast(node) {
  const [dark, light] = [luminance(parsed(getComputedStyle(node).color)), luminance(ground(node))].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function isLarge(style) {
  const size = parseFloat(style.fontSize);
  return size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
}

function ownText(node) {
  return [...node.childNodes].filter(child => child.nodeType === Node.TEXT_NODE).map(child => child.data.trim()).join('');
}

return [...document.querySelectorAll('body *')]
  .filter(node => ownText(node) && node.checkVisibility() && !node.matches(':disabled, script, style'))
  .filter(node => contrast(node) < (isLarge(getComputedStyle(node)) ? 3 : 4.5))
  .map(node => `${ownText(node).slice(0, 40)}: ${contrast(node).toFixed(2)}`);
