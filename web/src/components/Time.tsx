import { Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { formatAbsolute, formatRelative } from "@/lib/format";
import { useNow } from "@/lib/use-now";

/** When something was, as "3 minutes ago"; the exact time in a tooltip and for machines. */
export function Time({ at }: { at: string }) {
  const { i18n } = useTranslation();
  const now = useNow();
  const when = new Date(at);
  return (
    <Tooltip label={formatAbsolute(when, i18n.language)} withArrow>
      <time dateTime={at} tabIndex={0}>
        {formatRelative(when, now, i18n.language)}
      </time>
    </Tooltip>
  );
}
