/** Say in few letters where a model comes from: a URL's host and file, or a packaged file. */
export function nameSource(source: string): string {
  if (!URL.canParse(source)) return source;
  const { host, pathname } = new URL(source);
  return `${host} · ${pathname.slice(pathname.lastIndexOf("/") + 1)}`;
}
