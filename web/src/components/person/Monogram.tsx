import { Avatar } from "@mantine/core";

import { initials } from "./initials";

/** Letters in place of a face: no photo is kept that could stand there. */
export function Monogram({ name, size = "md" }: { name: string; size?: "md" | "lg" }) {
  return (
    <Avatar color="verdigris" radius="xl" size={size} aria-hidden>
      {initials(name)}
    </Avatar>
  );
}
