/** Return one or two capitals for a name or an id: "Ada Lovelace" is AL, "grace.hopper.07" GH. */
export function initials(name: string): string {
  const words = name.split(/[\s._@-]+/u);
  const spoken = words.filter((word) => /^\p{L}/u.test(word));
  const counted = words.filter((word) => /^\p{N}/u.test(word));
  const shown = spoken.length > 0 ? spoken : counted;
  const ends = shown.length > 1 ? [shown[0], shown.at(-1)] : shown;
  return (
    ends
      .map((word) => Array.from(word ?? "")[0])
      .join("")
      .toUpperCase() || "?"
  );
}
