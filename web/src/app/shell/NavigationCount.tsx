import { Badge } from "@mantine/core";

import { useOpenReviews } from "@/lib/open-reviews";

/** How many requests wait for somebody to decide on them. */
export function NavigationCount() {
  const open = useOpenReviews();
  if (open === 0) return null;
  return (
    <Badge size="sm" variant="filled" circle={open < 10}>
      {open}
    </Badge>
  );
}
