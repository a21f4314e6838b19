import { probit } from "./normal";

/** From a value to pixels. */
export type Scale = (value: number) => number;
export type Range = readonly [number, number];

export function linearScale(domain: Range, pixels: Range): Scale {
  return transformed((value) => value, domain, pixels);
}

/** Equal factors are equally far apart. The domain is above 0. */
export function logScale(domain: Range, pixels: Range): Scale {
  return transformed(Math.log10, domain, pixels);
}

/** Equal normal deviates are equally far apart: between two normal distributions a straight line. */
export function probitScale(domain: Range, pixels: Range): Scale {
  return transformed(probit, domain, pixels);
}

function transformed(transform: Scale, [low, high]: Range, [first, last]: Range): Scale {
  const from = transform(low);
  const length = transform(high) - from || 1;
  return (value) => first + ((transform(value) - from) / length) * (last - first);
}

/** Return the value that a linear scale puts at a pixel, kept within the domain. */
export function valueAt(pixel: number, [low, high]: Range, [first, last]: Range): number {
  const share = (pixel - first) / (last - first);
  return low + Math.min(Math.max(share, 0), 1) * (high - low);
}

/** Return about so many round numbers within a domain. */
export function ticksOf([low, high]: Range, about: number): number[] {
  const step = roundStep((high - low) / about);
  if (step === 0) return [low];
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, n) => tidy((first + n) * step));
}

/** Return the powers of ten within a domain, which is above 0. */
export function decadesOf([low, high]: Range): number[] {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, n) => tidy(10 ** (first + n)));
}

/** Return 1, 2 or 5 times a power of ten: the least that is not below a width. */
export function roundStep(width: number): number {
  if (!(width > 0)) return 0;
  const decade = 10 ** Math.floor(Math.log10(width));
  const factor = [1, 2, 5, 10].find((each) => each * decade >= width * (1 - 1e-9)) ?? 10;
  return factor * decade;
}

/** Return the end of an axis from 0 that holds a greatest value with round ticks. */
export function roundEnd(greatest: number, about: number): number {
  const step = roundStep(greatest / about);
  return step === 0 ? 1 : tidy(Math.ceil(greatest / step - 1e-9) * step);
}

/** Leave out ticks whose labels would touch: what is kept is so many pixels apart. */
export function spaced(ticks: readonly number[], scale: Scale, apart: number): number[] {
  const kept: number[] = [];
  for (const tick of ticks) {
    const before = kept.at(-1);
    if (before === undefined || Math.abs(scale(tick) - scale(before)) >= apart) kept.push(tick);
  }
  return kept;
}

/** Return which of so many places have a label, so many pixels apart at least; the last one has. */
export function labeledPlaces(count: number, width: number, apart: number): number[] {
  if (count === 0) return [];
  const every = Math.max(Math.ceil((apart * count) / Math.max(width, 1)), 1);
  const labeled = Array.from({ length: count }, (_, place) => place);
  return labeled.filter((place) => (count - 1 - place) % every === 0);
}

/** Take away what floating point adds to round numbers. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
