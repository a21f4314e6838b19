const KINDS: readonly string[] = ["image/jpeg", "image/png", "image/webp", "image/bmp"];
const LARGEST_BYTES = 10_000_000;

export const ACCEPTED_KINDS = KINDS.join(",");

/** Return the files that the server reads, and how many there are besides. */
export function fitting(files: Iterable<File>): { photos: File[]; unfit: number } {
  const all = [...files];
  const photos = all.filter(({ type, size }) => KINDS.includes(type) && size <= LARGEST_BYTES);
  return { photos, unfit: all.length - photos.length };
}
